package irqlab.live;

import irqlab.runtime.Message;
import irqlab.runtime.Port;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What one component waits for: its alarms, and messages that it holds back on a port. Ordered by
 * due time, then by when they were put here. A cancelled alarm is taken out at once; it is looked
 * for one by one, since few wait and fewer are cancelled. One owner.
 */
final class AlarmHeap {
  /** Something due. The port is null for an alarm; the id is 0 for a held message. */
  static final class Entry {
    final long dueNs;
    final long id;
    final Message message;
    final Port<?> port;
    private final long number;

    private Entry(long dueNs, long number, long id, Port<?> port, Message message) {
      this.dueNs = dueNs;
      this.number = number;
      this.id = id;
      this.port = port;
      this.message = message;
    }

    boolean before(Entry other) {
      return dueNs != other.dueNs ? dueNs < other.dueNs : number < other.number;
    }
  }

  private Entry[] heap = new Entry[8];
  private int size;
  private long numbers;
  private long alarms;

  /** Adds an alarm and returns its id: the nth alarm has id n. */
  long alarm(long dueNs, Message message) {
    long id = ++alarms;
    add(new Entry(dueNs, ++numbers, id, null, message));
    return id;
  }

  /** Adds a message that waits for its port. */
  void hold(long dueNs, Port<?> port, Message message) {
    add(new Entry(dueNs, ++numbers, 0, port, message));
  }

  void cancel(long id) {
    for (int at = 0; id != 0 && at < size; at++) {
      if (heap[at].id == id) {
        take(at);
        return;
      }
    }
  }

  /** Due time of the first, or Long.MAX_VALUE. */
  long nextNs() {
    return size == 0 ? Long.MAX_VALUE : heap[0].dueNs;
  }

  /** Takes the first out. */
  Entry poll() {
    return take(0);
  }

  int size() {
    return size;
  }

  void forEach(Consumer<Entry> action) {
    for (int i = 0; i < size; i++) {
      action.accept(heap[i]);
    }
  }

  private void add(Entry entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    up(size++, entry);
  }

  private Entry take(int at) {
    Entry taken = heap[at];
    Entry moved = heap[--size];
    heap[size] = null;
    if (at < size) {
      if (at > 0 && moved.before(heap[(at - 1) / 2])) {
        up(at, moved);
      } else {
        down(at, moved);
      }
    }
    return taken;
  }

  private void up(int from, Entry entry) {
    int at = from;
    while (at > 0 && entry.before(heap[(at - 1) / 2])) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = entry;
  }

  private void down(int from, Entry entry) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(entry)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
