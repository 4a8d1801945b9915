"""Callback desk: book, offer, move, cancel and show callbacks; what a web page will call later."""
