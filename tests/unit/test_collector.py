"""Big blocks, such as the bitmaps of pictures, do not stay in the heap."""

import ctypes

from bot.collector import keep_big_blocks_apart

MB = 2**20


class _Figures(ctypes.Structure):
    """struct mallinfo2, of glibc's malloc.h."""

    _fields_ = (("all", ctypes.c_size_t * 10),)


def _mapped() -> int:
    """Bytes in blocks that are mapped by themselves: hblkhd, the fifth figure."""
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = _Figures
    return int(mallinfo2().all[4])


def test_a_big_block_is_given_back_though_a_bigger_one_was_freed_before() -> None:
    keep_big_blocks_apart()
    bytearray(24 * MB)
    before = _mapped()
    block = bytearray(16 * MB)
    assert _mapped() - before >= len(block)
    del block
    assert _mapped() == before
