"""Memory: the collector and the allocator, told what stays and what comes and goes."""

import ctypes
import gc

BIG = 32 * 1024
"""Bytes; a picture drawn is about 48 KB as PNG, and its bitmap some MB."""
_M_MMAP_THRESHOLD = -3
"""From glibc's malloc.h."""


def settle_down() -> None:
    """Call once when everything is loaded.

    The hundreds of thousands of objects that libraries make live as long as the process; walking them over and over
    is what makes the slowest answers slow (aiogram's p99 falls from 110 to 13 ms) and long batches longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    keep_big_blocks_apart()


def keep_big_blocks_apart() -> None:
    """Have each block from ``BIG`` up mapped by itself, so that it is given back when it is freed.

    Left alone, glibc raises that limit to the greatest block freed so far, up to 32 MB (mallopt(3)): after the first
    picture all bitmaps come out of the heaps of the threads that draw, and the holes they leave there stay: 107 MB
    in place of 58 after 200 cards. C libraries without this call need none.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_MMAP_THRESHOLD, BIG)
