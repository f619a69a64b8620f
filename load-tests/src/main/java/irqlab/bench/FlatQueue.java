package irqlab.bench;

import java.util.Arrays;

/**
 * A calendar queue on flat arrays with pooled nodes: the yardstick's queue. Order is (time, key).
 * The width is given and not adapted. One owner.
 */
final class FlatQueue {
  private static final int NONE = -1;

  private final int shift;
  private final int mask;
  private final int[] head;
  private final int[] tail;
  private final int[] next;
  private final long[] time;
  private final long[] key;
  private final int[] data;
  private int free;
  private long current;
  private int size;

  /** The event that {@link #pop} took. */
  long poppedTime;

  long poppedKey;
  int poppedData;

  FlatQueue(int capacity, int buckets, int shift) {
    this.shift = shift;
    mask = buckets - 1;
    head = new int[buckets];
    tail = new int[buckets];
    Arrays.fill(head, NONE);
    Arrays.fill(tail, NONE);
    next = new int[capacity];
    time = new long[capacity];
    key = new long[capacity];
    data = new int[capacity];
    for (int i = 0; i < capacity; i++) {
      next[i] = i + 1 < capacity ? i + 1 : NONE;
    }
  }

  void push(long at, long order, int what) {
    int node = free;
    free = next[node];
    time[node] = at;
    key[node] = order;
    data[node] = what;
    size++;
    long number = at >>> shift;
    if (number < current) {
      current = number;
    }
    int bucket = (int) number & mask;
    int last = tail[bucket];
    if (last == NONE) {
      next[node] = NONE;
      head[bucket] = node;
      tail[bucket] = node;
    } else if (!before(node, last)) {
      next[node] = NONE;
      next[last] = node;
      tail[bucket] = node;
    } else {
      insert(node, bucket);
    }
  }

  private void insert(int node, int bucket) {
    int at = head[bucket];
    if (before(node, at)) {
      next[node] = at;
      head[bucket] = node;
      return;
    }
    while (before(next[at], node)) {
      at = next[at];
    }
    next[node] = next[at];
    next[at] = node;
  }

  private boolean before(int a, int b) {
    return time[a] != time[b] ? time[a] < time[b] : key[a] < key[b];
  }

  /** Takes the earliest event; false when there is none. */
  boolean pop() {
    if (size == 0) {
      return false;
    }
    int turns = 0;
    while (true) {
      int bucket = (int) current & mask;
      int node = head[bucket];
      if (node != NONE && time[node] >>> shift == current) {
        take(bucket, node);
        return true;
      }
      current++;
      if (turns++ > mask) {
        jump();
      }
    }
  }

  private void jump() {
    long least = Long.MAX_VALUE;
    for (int node : head) {
      if (node != NONE) {
        least = Math.min(least, time[node]);
      }
    }
    current = least >>> shift;
  }

  private void take(int bucket, int node) {
    head[bucket] = next[node];
    if (next[node] == NONE) {
      tail[bucket] = NONE;
    }
    size--;
    poppedTime = time[node];
    poppedKey = key[node];
    poppedData = data[node];
    next[node] = free;
    free = node;
  }
}
