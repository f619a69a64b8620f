package irqlab.live;

import irqlab.runtime.Message;
import irqlab.runtime.Port;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What one component waits for: its alarms, and messages that it holds back on a port. Ordered by
 * due time, then by when they were put here. A cancelled alarm is taken out at once. One owner.
 */
final class AlarmHeap {
  /** Something due. The port is null for an alarm; the id is 0 for a held message. */
  static final class Entry {
    final long dueNs;
    final long id;
    final Message message;
    final Port<?> port;
    private final long number;
    private int at;

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
  private final Map<Long, Entry> byId = new HashMap<>();

  /** Adds an alarm and returns its id: the nth alarm has id n. */
  long alarm(long dueNs, Message message) {
    long id = ++alarms;
    Entry entry = new Entry(dueNs, ++numbers, id, null, message);
    byId.put(id, entry);
    add(entry);
    return id;
  }

  /** Adds a message that waits for its port. */
  void hold(long dueNs, Port<?> port, Message message) {
    add(new Entry(dueNs, ++numbers, 0, port, message));
  }

  void cancel(long id) {
    Entry entry = byId.remove(id);
    if (entry != null) {
      take(entry.at);
    }
  }

  /** Due time of the first, or Long.MAX_VALUE. */
  long nextNs() {
    return size == 0 ? Long.MAX_VALUE : heap[0].dueNs;
  }

  /** Takes the first out. */
  Entry poll() {
    Entry first = take(0);
    if (first.id != 0) {
      byId.remove(first.id);
    }
    return first;
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
      put(at, heap[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, entry);
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
      put(at, heap[child]);
      at = child;
    }
    put(at, entry);
  }

  private void put(int at, Entry entry) {
    heap[at] = entry;
    entry.at = at;
  }
}
