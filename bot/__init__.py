"""The core of Regulars: it decides what is true about members, points and rewards."""
