package irqlab.pcie.endpoint;

import irqlab.observe.Fate;
import irqlab.pcie.config.MessageSink;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The interrupt condition of a function that has a wire: the OR of its entries, and whether the
 * wire shows it.
 *
 * <p>A raise while the condition already holds collapses on the line. The raise that began the
 * condition waits here until the wire may show it.
 */
final class IntxLine {
  private final boolean[] entries;
  private int activeEntries;
  private boolean asserted;
  private long waiting;
  private long waitingRaisedPs;

  IntxLine(int entries) {
    this.entries = new boolean[entries];
  }

  /** Whether any entry has its condition. */
  boolean active() {
    return activeEntries != 0;
  }

  /** Whether Assert_INTx was sent last. */
  boolean asserted() {
    return asserted;
  }

  /** The raise that waits to be shown, or 0. */
  long waiting() {
    return waiting;
  }

  long waitingRaisedPs() {
    return waitingRaisedPs;
  }

  /** The lowest entry with its condition. */
  int activeEntry() {
    int entry = 0;
    while (!entries[entry]) {
      entry++;
    }
    return entry;
  }

  void raise(int entry, long id, long raisedPs, MessageSink sink) {
    if (!entries[entry]) {
      entries[entry] = true;
      activeEntries++;
    }
    if (asserted || waiting != 0) {
      sink.closed(id, Fate.COLLAPSED_LINE);
    } else {
      waiting = id;
      waitingRaisedPs = raisedPs;
    }
  }

  /** The condition of an entry ends; true when it was there. */
  boolean lower(int entry, MessageSink sink) {
    if (!entries[entry]) {
      return false;
    }
    entries[entry] = false;
    activeEntries--;
    if (activeEntries == 0 && waiting != 0) {
      sink.closed(waiting, Fate.WITHDRAWN);
      waiting = 0;
    }
    return true;
  }

  /** Assert_INTx leaves with the raise that waited. */
  long sent() {
    long id = waiting;
    waiting = 0;
    asserted = true;
    return id;
  }

  /** Deassert_INTx leaves. */
  void dropped() {
    asserted = false;
  }

  void save(StateWriter out) {
    out.putBoolean(asserted);
    out.putLong(waiting);
    out.putLong(waitingRaisedPs);
    for (boolean entry : entries) {
      out.putBoolean(entry);
    }
  }

  void load(StateReader in) {
    asserted = in.getBoolean();
    waiting = in.getLong();
    waitingRaisedPs = in.getLong();
    activeEntries = 0;
    for (int entry = 0; entry < entries.length; entry++) {
      entries[entry] = in.getBoolean();
      activeEntries += entries[entry] ? 1 : 0;
    }
  }

  void inspect(Inspector out) {
    out.value("intx.condition", active() ? 1 : 0);
    out.value("intx.asserted", asserted ? 1 : 0);
    if (waiting != 0) {
      out.pending(waiting, "INTx line");
    }
  }
}
