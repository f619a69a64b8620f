package irqlab.runtime;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A calendar queue: buckets of equal width in time, each a sorted list of pooled slots, and a bit
 * for each bucket that has one. Most used buckets hold one event, so that an insertion and a search
 * take the same way through the code each time: a branch that depends on the times of events is
 * guessed wrong by the processor about every second time, and costs more than all else here.
 *
 * <p>Bucket count follows the number of pending events and bucket width follows what insertions and
 * searches really met. An event that lies a whole turn ahead, or whose place in its list is far
 * from both ends, goes to a heap beside the calendar, so that neither far alarms nor a burst of
 * equal times nor long idle gaps degrade it. The order of events depends on none of this.
 *
 * <p>Source: Brown, "Calendar Queues", CACM 31(10), 1988. One owner.
 */
final class EventQueue {
  private static final int BUCKETS_MIN = 64;
  private static final int SHIFT_MAX = 50;

  /** Buckets an event; a turn of the calendar is so many times the mean distance of events. */
  private static final int BUCKETS_AN_EVENT = 16;

  /** Buckets from one event to the next that are aimed at, as a power of two. */
  private static final int GAP_LOG = 2;

  /** List steps of one insertion after which the heap is the better place. */
  private static final int STEPS_MAX = 24;

  private static final int PERIOD_MIN = 1024;
  private static final int PERIOD_MAX = 1 << 20;

  private Slot[] heads = new Slot[BUCKETS_MIN];

  /** Last of a list; of a meaning only where the first has a next. */
  private Slot[] tails = new Slot[BUCKETS_MIN];

  private long[] used = new long[BUCKETS_MIN / 64];
  private int mask = BUCKETS_MIN - 1;
  private int shift = 12;

  // Number of the bucket where the search goes on: time divided by width.
  private long current;
  private int size;
  private Slot free;

  // Since the last review: insertions into a used bucket and the list steps that they took, buckets
  // passed, and events that lay a turn ahead.
  private long met;
  private long walked;
  private long passed;
  private long ahead;
  private int untilReview = PERIOD_MIN;
  private int reviewPeriod = PERIOD_MIN;
  private boolean widened;
  private long steps;

  /** A binary heap, and how many of its places are taken; they count in {@link #size} too. */
  private Slot[] heap = new Slot[64];

  private int heapSize;

  int size() {
    return size;
  }

  /** List steps and words of bits that insertions and searches took up to the last review. */
  long steps() {
    return steps;
  }

  Slot add(long timePs, int order, long tie, long source, Message message) {
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
    return slot;
  }

  /** Takes an event out of the calendar, and frees its slot; false when it is beside it. */
  boolean unlink(Slot slot) {
    int bucket = (int) (slot.timePs >>> shift) & mask;
    Slot at = heads[bucket];
    if (at == slot) {
      heads[bucket] = slot.next;
      if (slot.next == null) {
        used[bucket >>> 6] &= ~(1L << bucket);
      }
    } else {
      while (at != null && at.next != slot) {
        at = at.next;
      }
      if (at == null) {
        return false;
      }
      at.next = slot.next;
      if (slot.next == null) {
        tails[bucket] = at;
      }
    }
    size--;
    release(slot);
    return true;
  }

  /** The earliest event without removing it, or null. */
  Slot peek() {
    if (heapSize == 0) {
      return size == 0 ? null : peekCalendar(Long.MAX_VALUE);
    }
    Slot top = heap[0];
    long last = top.timePs >>> shift;
    Slot head = size == heapSize ? null : peekCalendar(last);
    if (head == null && current < last) {
      // Nothing lies before it: what is a turn ahead is counted from here.
      current = last;
    }
    return head == null || top.before(head) ? top : head;
  }

  // The earliest event of the calendar; null when none lies in a bucket up to the last one wanted.
  private Slot peekCalendar(long last) {
    int bucket = (int) current & mask;
    int word = bucket >>> 6;
    long number = current - (bucket & 63);
    long bits = used[word] & -1L << bucket;
    for (int words = 0; words <= used.length; words++) {
      while (bits != 0) {
        long found = number + Long.numberOfTrailingZeros(bits);
        if (found > last) {
          return null;
        }
        Slot head = heads[(int) found & mask];
        if (head.timePs >>> shift == found) {
          passed += found - current;
          current = found;
          return head;
        }
        bits &= bits - 1; // of a later turn
      }
      number += 64;
      if (number > last) {
        return null;
      }
      word = word + 1 & used.length - 1;
      bits = used[word];
    }
    return jump();
  }

  /** Removes what {@link #peek} returned. The slot stays readable until {@link #release}. */
  void remove(Slot head) {
    if (heapSize > 0 && head == heap[0]) {
      pop();
    } else {
      int bucket = (int) current & mask;
      Slot next = head.next;
      heads[bucket] = next;
      if (next == null) {
        used[bucket >>> 6] &= ~(1L << bucket);
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
    resize(BUCKETS_MIN);
    heap = new Slot[64];
    heapSize = 0;
    size = 0;
    current = 0;
  }

  private void resize(int buckets) {
    heads = new Slot[buckets];
    tails = new Slot[buckets];
    used = new long[buckets / 64];
    mask = buckets - 1;
  }

  private void insert(Slot slot) {
    long number = slot.timePs >>> shift;
    if (number < current) {
      current = number;
    } else if (number - current > mask) {
      ahead++;
      push(slot);
      return;
    }
    int bucket = (int) number & mask;
    Slot head = heads[bucket];
    if (head == null) {
      slot.next = null;
      heads[bucket] = slot;
      used[bucket >>> 6] |= 1L << bucket;
    } else {
      met++;
      insert(slot, bucket, head);
    }
  }

  private void insert(Slot slot, int bucket, Slot head) {
    if (slot.before(head)) {
      if (head.next == null) {
        tails[bucket] = head;
      }
      slot.next = head;
      heads[bucket] = slot;
      return;
    }
    Slot tail = head.next == null ? head : tails[bucket];
    if (!slot.before(tail)) {
      slot.next = null;
      tail.next = slot;
      tails[bucket] = slot;
      return;
    }
    Slot at = head;
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
    Slot least = null;
    for (int word = 0; word < used.length; word++) {
      for (long bits = used[word]; bits != 0; bits &= bits - 1) {
        Slot head = heads[(word << 6) + Long.numberOfTrailingZeros(bits)];
        least = least == null || head.before(least) ? head : least;
      }
    }
    steps += used.length;
    current = least.timePs >>> shift;
    return least;
  }

  // Narrower when many events meet in a bucket; wider when many lie a turn ahead, or when far more
  // buckets are passed than are aimed at. A rebuild costs one insertion an event.
  private void review() {
    long period = reviewPeriod;
    int buckets = bucketsFor(size);
    boolean crowded = met * 2 > period && passed < period << (GAP_LOG + 2);
    boolean thin = passed > period << (GAP_LOG + 1) && met * 8 < period;
    boolean farAway = ahead * 8 > period && met * 2 < period;
    steps += walked + (passed >>> 6);
    int wanted = shift;
    if (crowded) {
      wanted = Math.max(0, shift - 1 - log2(1 + walked / period));
      // As long a turn as before, or what was near would now lie a turn ahead.
      long sameTurn = (long) heads.length << (shift - wanted);
      buckets = Math.max(buckets, (int) Math.min(sameTurn, bucketsMax(size)));
    } else if (thin) {
      wanted = Math.min(SHIFT_MAX, shift + log2(passed / period) - GAP_LOG);
    } else if (farAway && met * 4 > period) {
      buckets = Math.max(buckets, Math.min(heads.length * 2, bucketsMax(size)));
    } else if (farAway) {
      wanted = Math.min(SHIFT_MAX, shift + 1);
    }
    met = 0;
    walked = 0;
    passed = 0;
    ahead = 0;
    reviewPeriod = Math.max(PERIOD_MIN, size);
    if (wanted != shift && wanted > shift != widened) {
      // It turns back: no width suits these events, so it is tried less often.
      widened = wanted > shift;
      reviewPeriod = (int) Math.min(PERIOD_MAX, Math.max(reviewPeriod, period * 4));
    }
    if (buckets != heads.length || wanted != shift) {
      rebuild(buckets, wanted);
    }
    untilReview = reviewPeriod;
  }

  // As now, unless there are less than the wanted number an event or more than four times that.
  private int bucketsFor(int events) {
    int buckets = heads.length;
    while (buckets < (long) events * BUCKETS_AN_EVENT) {
      buckets *= 2;
    }
    while (buckets > bucketsMax(events)) {
      buckets /= 2;
    }
    return buckets;
  }

  private static int bucketsMax(int events) {
    return Math.max(BUCKETS_MIN, 4 * BUCKETS_AN_EVENT * Integer.highestOneBit(Math.max(1, events)));
  }

  private void rebuild(int buckets, int newShift) {
    Slot[] lists = heads;
    Slot[] beside = heap;
    int besideSize = heapSize;
    long nowPs = current << shift;
    resize(buckets);
    heap = new Slot[64];
    heapSize = 0;
    shift = newShift;
    current = nowPs >>> shift;
    for (Slot head : lists) {
      Slot slot = head;
      while (slot != null) {
        Slot next = slot.next;
        insert(slot);
        slot = next;
      }
    }
    for (int i = 0; i < besideSize; i++) {
      insert(beside[i]);
    }
    met = 0;
    walked = 0;
    ahead = 0;
  }

  private static int log2(long value) {
    return 63 - Long.numberOfLeadingZeros(value);
  }
}
