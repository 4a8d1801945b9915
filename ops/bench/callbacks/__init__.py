"""Callbacks: a day of 10,000 of them in the fold, and a thousand that fall due in one minute."""
