package irqlab.runtime;

import java.util.Arrays;

/** The outstanding alarms of one component: a small open-addressing set of positive numbers. */
final class AlarmSet {
  private long[] table = new long[8];
  private int size;

  void add(long id) {
    if (size * 2 >= table.length) {
      long[] old = table;
      table = new long[old.length * 2];
      for (long each : old) {
        if (each != 0) {
          table[slot(each)] = each;
        }
      }
    }
    table[slot(id)] = id;
    size++;
  }

  /** Removes it; false when it was not there. */
  boolean remove(long id) {
    if (size == 0) {
      return false;
    }
    int at = slot(id);
    if (table[at] == 0) {
      return false;
    }
    table[at] = 0;
    size--;
    int mask = table.length - 1;
    for (int next = (at + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      long moved = table[next];
      table[next] = 0;
      table[slot(moved)] = moved;
    }
    return true;
  }

  boolean contains(long id) {
    return size > 0 && table[slot(id)] == id;
  }

  void clear() {
    Arrays.fill(table, 0);
    size = 0;
  }

  /** All ids, ascending. */
  long[] sorted() {
    return Arrays.stream(table).filter(each -> each != 0).sorted().toArray();
  }

  private int slot(long id) {
    int mask = table.length - 1;
    int at = (int) ((id * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    while (table[at] != 0 && table[at] != id) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
