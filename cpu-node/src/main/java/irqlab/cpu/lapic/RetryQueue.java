package irqlab.cpu.lapic;

import irqlab.observe.Fate;
import irqlab.observe.Probe;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;

/**
 * Messages that a P6 local APIC refused for want of room, in the order in which they came.
 *
 * <p>On the APIC bus the refused sender tries again until it is taken. The queue stands for the
 * senders: it tries at each EOI, when room can have come up. Source: SDM vol. 3, "Interrupt
 * Acceptance for Fixed Interrupts": P6 queues no more than two interrupts for each priority level.
 *
 * <p><b>Not modelled:</b> the bus cycles of the tries, and senders that give up.
 */
final class RetryQueue {
  /** IRR and ISR together hold so many for each class. */
  private static final int ROOM = 2;

  private static final int LEVEL = 0x100;

  // Three words each: id, intended time, vector with LEVEL.
  private long[] waiting = new long[12];
  private int size;
  private long id;
  private long raisedPs;
  private int vectorAndLevel;

  /** True when the class of this vector has no room. */
  boolean refuses(Requests requests, int vector) {
    int priorityClass = vector >>> 4;
    return requests.irr.countOfClass(priorityClass) + requests.isr.countOfClass(priorityClass)
        >= ROOM;
  }

  int size() {
    return size;
  }

  void add(long newId, long newRaisedPs, int vector, boolean level) {
    if (size * 3 == waiting.length) {
      waiting = Arrays.copyOf(waiting, waiting.length * 2);
    }
    waiting[size * 3] = newId;
    waiting[size * 3 + 1] = newRaisedPs;
    waiting[size * 3 + 2] = vector | (level ? LEVEL : 0);
    size++;
  }

  /** Takes the first off the queue; its fields can be read until the next call. */
  void takeFirst() {
    id = waiting[0];
    raisedPs = waiting[1];
    vectorAndLevel = (int) waiting[2];
    size--;
    System.arraycopy(waiting, 3, waiting, 0, size * 3);
  }

  /** Puts what was taken at the end. */
  void putBack() {
    add(id, raisedPs, vector(), level());
  }

  long id() {
    return id;
  }

  long raisedPs() {
    return raisedPs;
  }

  int vector() {
    return vectorAndLevel & 0xFF;
  }

  boolean level() {
    return (vectorAndLevel & LEVEL) != 0;
  }

  void reset(Probe probe) {
    for (int i = 0; i < size; i++) {
      if (waiting[i * 3] != 0) {
        probe.closed(waiting[i * 3], Fate.LOST_RESET);
      }
    }
    size = 0;
  }

  void save(StateWriter out) {
    out.putLongs(Arrays.copyOf(waiting, size * 3));
  }

  void load(StateReader in) {
    long[] saved = in.getLongs();
    size = saved.length / 3;
    waiting = Arrays.copyOf(saved, Math.max(12, saved.length));
  }

  void inspect(Inspector out) {
    for (int i = 0; i < size; i++) {
      if (waiting[i * 3] != 0) {
        out.pending(waiting[i * 3], "retry");
      }
    }
  }
}
