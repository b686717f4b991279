// Opened from here the page is asked for with the cookie, wherever the link stood; no way back to the used link. An address
// that differs behind # only would not be asked for at all.
location.replace((location.search ? "/" : "/?in") + location.hash);
