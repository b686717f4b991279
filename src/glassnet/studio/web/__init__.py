"""The server: who may come in, the live socket, the page. It knows no networks; ``asked`` says what it needs."""
