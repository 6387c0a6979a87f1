"""`screener kiosk`: a server and a full-screen browser, a fresh one for each visitor."""
