package irqlab.runtime;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A calendar queue: buckets of equal width in time, each a sorted list of pooled slots.
 *
 * <p>Bucket count follows the number of pending events and bucket width follows the work that
 * insertions and searches really took. An event whose place in its list is far from both ends goes
 * to a heap beside the calendar, so that neither a burst of equal times nor long idle gaps degrade
 * it. The order of events depends on none of this.
 *
 * <p>Source: Brown, "Calendar Queues", CACM 31(10), 1988. One owner.
 */
final class EventQueue {
  private static final int BUCKETS_MIN = 16;
  private static final int SHIFT_MAX = 50;

  /** So many buckets may be passed over in vain without a thought. */
  private static final int TURN_FREE = 1024;

  /** List steps of one insertion after which the heap is the better place. */
  private static final int STEPS_MAX = 24;

  private Slot[] heads = new Slot[BUCKETS_MIN];
  private Slot[] tails = new Slot[BUCKETS_MIN];
  private int mask = BUCKETS_MIN - 1;
  private int shift = 12;
  private long current;
  private int size;
  private Slot free;
  private long walked;
  private long skipped;
  // Follows the number of events and not of buckets, so that a flood that is over is noticed.
  private int reviewPeriod = 1024;
  private int untilReview = 1024;

  /** A binary heap, and how many of its places are taken; they count in {@link #size} too. */
  private Slot[] heap = new Slot[64];

  private int heapSize;

  int size() {
    return size;
  }

  void add(long timePs, int order, long tie, long source, Message message) {
    Slot slot = free;
    if (slot == null) {
      slot = new Slot();
    } else {
      free = slot.next;
    }
    slot.timePs = timePs;
    slot.order = order;
    slot.tie = tie;
    slot.source = source;
    slot.message = message;
    insert(slot);
    size++;
  }

  /** The earliest event without removing it, or null. */
  Slot peek() {
    if (heapSize > 0) {
      return peekBoth();
    }
    return size == 0 ? null : peekCalendar(Long.MAX_VALUE);
  }

  private Slot peekBoth() {
    Slot top = heap[0];
    if (size == heapSize) {
      return top;
    }
    Slot head = peekCalendar(top.timePs >>> shift);
    return head == null || top.before(head) ? top : head;
  }

  // The earliest event of the calendar; null when none lies in a bucket up to the last one wanted.
  private Slot peekCalendar(long last) {
    int tried = 0;
    while (current <= last) {
      Slot head = heads[(int) current & mask];
      if (head != null && head.timePs >>> shift == current) {
        return head;
      }
      if (tried++ > mask) {
        return jump();
      }
      current++;
      skipped++;
    }
    return null;
  }

  /** Removes what {@link #peek} returned. The slot stays readable until {@link #release}. */
  void remove(Slot head) {
    if (heapSize > 0 && head == heap[0]) {
      pop();
    } else {
      int bucket = (int) current & mask;
      heads[bucket] = head.next;
      if (head.next == null) {
        tails[bucket] = null;
      }
    }
    size--;
    if (--untilReview == 0) {
      review();
    }
  }

  void release(Slot slot) {
    slot.message = null;
    slot.next = free;
    free = slot;
  }

  void forEach(Consumer<Slot> action) {
    for (Slot head : heads) {
      for (Slot slot = head; slot != null; slot = slot.next) {
        action.accept(slot);
      }
    }
    for (int i = 0; i < heapSize; i++) {
      action.accept(heap[i]);
    }
  }

  void clear() {
    heads = new Slot[BUCKETS_MIN];
    tails = new Slot[BUCKETS_MIN];
    mask = BUCKETS_MIN - 1;
    heap = new Slot[64];
    heapSize = 0;
    size = 0;
    current = 0;
  }

  private void insert(Slot slot) {
    long number = slot.timePs >>> shift;
    if (number < current) {
      current = number;
    }
    int bucket = (int) number & mask;
    Slot tail = tails[bucket];
    if (tail == null) {
      slot.next = null;
      heads[bucket] = slot;
      tails[bucket] = slot;
      return;
    }
    if (!slot.before(tail)) {
      slot.next = null;
      tail.next = slot;
      tails[bucket] = slot;
      return;
    }
    Slot at = heads[bucket];
    if (slot.before(at)) {
      slot.next = at;
      heads[bucket] = slot;
      return;
    }
    for (int steps = STEPS_MAX; at.next.before(slot); steps--) {
      if (steps == 0) {
        push(slot);
        return;
      }
      at = at.next;
      walked++;
    }
    slot.next = at.next;
    at.next = slot;
  }

  private void push(Slot slot) {
    slot.next = null;
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, heapSize * 2);
    }
    int at = heapSize++;
    while (at > 0 && slot.before(heap[(at - 1) / 2])) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = slot;
  }

  private void pop() {
    Slot moved = heap[--heapSize];
    heap[heapSize] = null;
    int at = 0;
    int child = 1;
    while (child < heapSize) {
      if (child + 1 < heapSize && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(moved)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
      child = 2 * at + 1;
    }
    if (heapSize > 0) {
      heap[at] = moved;
    }
  }

  // A whole turn found nothing of this turn: go to the bucket of the earliest event.
  private Slot jump() {
    if (heads.length > TURN_FREE && heads.length > size * 8L) {
      // Buckets are left from a time of many events; a turn through them costs too much.
      rebuild(bucketsFor(size), Math.min(SHIFT_MAX, shift + 3));
    }
    Slot least = null;
    for (Slot head : heads) {
      if (head != null && (least == null || head.before(least))) {
        least = head;
      }
    }
    current = least.timePs >>> shift;
    return least;
  }

  // A step along a list is a cache miss, an empty bucket is not: lists are kept under half a step
  // an event, and buckets under four empty ones an event. A rebuild costs one insertion an event.
  private void review() {
    long period = reviewPeriod;
    int buckets = bucketsFor(size);
    int wanted = shift;
    if (walked * 2 > period && skipped < walked * 4) {
      wanted = Math.max(0, shift - 1 - log2(1 + walked / period));
    } else if (skipped > 4 * period && walked * 4 < period) {
      wanted = Math.min(SHIFT_MAX, shift + log2(skipped / period) - 1);
    }
    if (buckets != heads.length || wanted != shift) {
      rebuild(buckets, wanted);
    }
    walked = 0;
    skipped = 0;
    reviewPeriod = Math.max(1024, size);
    untilReview = reviewPeriod;
  }

  // As now, unless there are less than two or more than eight buckets an event.
  private int bucketsFor(int events) {
    int buckets = heads.length;
    while (buckets < events * 2L) {
      buckets *= 2;
    }
    while (buckets > BUCKETS_MIN && buckets > events * 8L) {
      buckets /= 2;
    }
    return buckets;
  }

  private void rebuild(int buckets, int newShift) {
    Slot[] old = heads;
    long nowPs = current << shift;
    heads = new Slot[buckets];
    tails = new Slot[buckets];
    mask = buckets - 1;
    shift = newShift;
    current = Long.MAX_VALUE;
    for (Slot head : old) {
      Slot slot = head;
      while (slot != null) {
        Slot next = slot.next;
        insert(slot);
        slot = next;
      }
    }
    if (current == Long.MAX_VALUE) {
      current = nowPs >>> shift;
    }
  }

  private static int log2(long value) {
    return 63 - Long.numberOfLeadingZeros(value);
  }
}
