// Opened from here the page is asked for with the cookie, wherever the link stood; no way back to the used link.
location.replace("/" + location.hash);
