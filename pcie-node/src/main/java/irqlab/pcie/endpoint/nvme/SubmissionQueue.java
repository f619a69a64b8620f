package irqlab.pcie.endpoint.nvme;

import irqlab.pcie.endpoint.EndpointContext;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** A submission queue in host memory, as the controller sees it: entries of 64 bytes. */
final class SubmissionQueue {
  final int id;
  final int completionQueue;
  private final long base;
  private final int entries;
  private int tail;
  // The next entry to ask for, and the next to arrive; between them reads are under way.
  private int asked;
  private int head;

  SubmissionQueue(int id, long base, int entries, int completionQueue) {
    this.id = id;
    this.base = base;
    this.entries = entries;
    this.completionQueue = completionQueue;
  }

  /** What completions report as the head: entries before it may be used again. */
  int head() {
    return head;
  }

  /**
   * The tail doorbell: asks for every new entry.
   *
   * @return false when the value is none that software may write
   */
  boolean submitted(long newTail, EndpointContext context) {
    if (newTail < 0 || newTail >= entries) {
      return false;
    }
    tail = (int) newTail;
    while (asked != tail) {
      context.dmaRead(id, base + 64L * asked);
      asked = next(asked);
    }
    return true;
  }

  /** An entry arrived; they come in the order in which they were asked for. */
  void fetched() {
    head = next(head);
  }

  private int next(int index) {
    return index + 1 == entries ? 0 : index + 1;
  }

  void save(StateWriter out) {
    out.putInt(id);
    out.putLong(base);
    out.putInt(entries);
    out.putInt(completionQueue);
    out.putInt(tail);
    out.putInt(asked);
    out.putInt(head);
  }

  static SubmissionQueue load(StateReader in) {
    SubmissionQueue queue =
        new SubmissionQueue(in.getInt(), in.getLong(), in.getInt(), in.getInt());
    queue.tail = in.getInt();
    queue.asked = in.getInt();
    queue.head = in.getInt();
    return queue;
  }

  void inspect(Inspector out) {
    out.value("sq[" + id + "].head", head);
    out.value("sq[" + id + "].tail", tail);
  }
}
