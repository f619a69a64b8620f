package irqlab.pcie.endpoint.nvme;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;

/** The commands that the controller works on, by slot; slots are used again. */
final class CommandTable {
  private static final int FREE = -1;

  private int[] queue = new int[16];
  private int[] id = new int[16];
  private int[] status = new int[16];
  private int[] result = new int[16];
  private int[] blocks = new int[16];
  private long[] buffer = new long[16];
  private long[] firstBlock = new long[16];
  private int[] free = new int[16];
  private int freeCount;
  private int used;

  /**
   * Takes a slot.
   *
   * @param sq the submission queue it came by
   * @param command its id, 16 bits
   */
  int add(int sq, int command) {
    int slot = freeCount > 0 ? free[--freeCount] : used++;
    if (slot == queue.length) {
      grow();
    }
    queue[slot] = sq;
    id[slot] = command;
    status[slot] = NvmeStatus.SUCCESS;
    result[slot] = 0;
    blocks[slot] = 0;
    return slot;
  }

  void outcome(int slot, int newStatus, int newResult) {
    status[slot] = newStatus;
    result[slot] = newResult;
  }

  /** A read of so many blocks into this buffer. */
  void transfer(int slot, long address, long block, int count) {
    buffer[slot] = address;
    firstBlock[slot] = block;
    blocks[slot] = count;
  }

  int queue(int slot) {
    return queue[slot];
  }

  int id(int slot) {
    return id[slot];
  }

  int status(int slot) {
    return status[slot];
  }

  int result(int slot) {
    return result[slot];
  }

  int blocks(int slot) {
    return blocks[slot];
  }

  long buffer(int slot) {
    return buffer[slot];
  }

  long firstBlock(int slot) {
    return firstBlock[slot];
  }

  void remove(int slot) {
    queue[slot] = FREE;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * free.length);
    }
    free[freeCount++] = slot;
  }

  void clear() {
    freeCount = 0;
    used = 0;
  }

  /** How many commands are in work. */
  int size() {
    return used - freeCount;
  }

  private void grow() {
    int length = 2 * queue.length;
    queue = Arrays.copyOf(queue, length);
    id = Arrays.copyOf(id, length);
    status = Arrays.copyOf(status, length);
    result = Arrays.copyOf(result, length);
    blocks = Arrays.copyOf(blocks, length);
    buffer = Arrays.copyOf(buffer, length);
    firstBlock = Arrays.copyOf(firstBlock, length);
  }

  void save(StateWriter out) {
    out.putInt(used);
    for (int slot = 0; slot < used; slot++) {
      out.putInt(queue[slot]);
      out.putInt(id[slot]);
      out.putInt(status[slot]);
      out.putInt(result[slot]);
      out.putInt(blocks[slot]);
      out.putLong(buffer[slot]);
      out.putLong(firstBlock[slot]);
    }
    out.putInts(Arrays.copyOf(free, freeCount));
  }

  void load(StateReader in) {
    used = in.count(36);
    while (used > queue.length) {
      grow();
    }
    for (int slot = 0; slot < used; slot++) {
      queue[slot] = in.getInt();
      id[slot] = in.getInt();
      status[slot] = in.getInt();
      result[slot] = in.getInt();
      blocks[slot] = in.getInt();
      buffer[slot] = in.getLong();
      firstBlock[slot] = in.getLong();
    }
    free = in.getInts();
    freeCount = free.length;
    free = Arrays.copyOf(free, Math.max(16, freeCount));
  }
}
