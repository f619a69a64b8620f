package irqlab.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file of any length, read in place and without heap. It is mapped in pages, since a buffer ends
 * at 2^31 - 1 bytes; each page reaches into the next one, so that what is read at once lies within
 * one. Numbers are big-endian.
 */
final class MappedFile {
  /** Bytes from a page to the next, as a power of two. */
  static final int PAGE_BITS = 30;

  /** Bytes that can be read at once. */
  static final int REACH = 1 << 24;

  private final int pageBits;
  private final ByteBuffer[] pages;
  private final long size;

  private MappedFile(int pageBits, ByteBuffer[] pages, long size) {
    this.pageBits = pageBits;
    this.pages = pages;
    this.size = size;
  }

  static MappedFile open(Path path) throws IOException {
    return open(path, PAGE_BITS, REACH);
  }

  static MappedFile open(Path path, int pageBits, int reach) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      long page = 1L << pageBits;
      ByteBuffer[] pages = new ByteBuffer[Math.toIntExact((size + page - 1) >>> pageBits)];
      for (int i = 0; i < pages.length; i++) {
        long from = i * page;
        long length = Math.min(page + reach, size - from);
        pages[i] = channel.map(FileChannel.MapMode.READ_ONLY, from, length);
      }
      return new MappedFile(pageBits, pages, size);
    }
  }

  long size() {
    return size;
  }

  byte get(long at) {
    return page(at).get(offset(at));
  }

  int getInt(long at) {
    return page(at).getInt(offset(at));
  }

  long getLong(long at) {
    return page(at).getLong(offset(at));
  }

  /** A view of so many bytes. */
  ByteBuffer slice(long at, int length) {
    return page(at).slice(offset(at), length);
  }

  byte[] copy(long at, int length) {
    byte[] copy = new byte[length];
    page(at).get(offset(at), copy);
    return copy;
  }

  private ByteBuffer page(long at) {
    return pages[(int) (at >>> pageBits)];
  }

  private int offset(long at) {
    return (int) (at & ((1L << pageBits) - 1));
  }
}
