package irqlab.pcie.endpoint;

import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;

/**
 * What a function has sent and its link cannot take yet: a posted TLP needs a flow-control credit
 * of the root port, and everything else keeps its place behind the posted ones.
 *
 * <p>One queue in order, by the ordering rules of the specification: a posted request does not pass
 * a posted one (PCI-004), and neither a read request (PCI-006) nor a completion (PCI-005) does.
 * Those two take no credit themselves, so one at the head leaves at once and never stands in the
 * way of a posted request.
 *
 * <p>Source: PCI Express Base Specification, "Transaction Ordering", "Flow Control Rules" (the
 * names of the two sums: CREDIT_LIMIT, CREDITS_CONSUMED).
 *
 * <p><b>Not modelled:</b> a relaxed write that passes a strong one, as it may; see {@code
 * PostedCredits} of the root complex for what a credit is.
 */
final class TransmitQueue {
  /** A TLP that is no message of an interrupt entry. */
  static final int NO_ENTRY = -1;

  /** So many waiting TLPs, and the device should hold back; a choice. */
  static final int FULL = 32;

  /** Down to so many, and it may go on. */
  static final int READY = FULL / 2;

  /** The wire has changed and changed back; a third change waits in the device. */
  private static final int INTX_MAX = 2;

  private final boolean unlimited;
  private final long[] waitingEntries;
  private int limit;
  private int consumed;
  private RootComplexMessage[] tlps = new RootComplexMessage[16];
  private int[] entries = new int[16];
  private int first;
  private int count;
  private int intx;
  private boolean full;
  private int highest;
  private long stalls;

  /**
   * An empty queue.
   *
   * @param credits posted header credits after power-up; 0 for no limit
   * @param entries the most that a message may be of
   */
  TransmitQueue(int credits, int entries) {
    unlimited = credits == 0;
    limit = credits;
    waitingEntries = new long[(entries + 63) / 64];
  }

  /** Takes a credit for a posted TLP that may leave at once; false when it must wait. */
  boolean passes() {
    if (count != 0 || (!unlimited && limit == consumed)) {
      return false;
    }
    consumed++;
    return true;
  }

  /** Whether nothing waits: then what needs no credit may leave at once. */
  boolean empty() {
    return count == 0;
  }

  /** Whether the device should hold back what it can. */
  boolean full() {
    return full;
  }

  /** Whether a message of this entry waits. */
  boolean holds(int entry) {
    return count != 0 && (waitingEntries[entry >> 6] >>> entry & 1) != 0;
  }

  /** Whether no further change of the wire should be put behind those that wait. */
  boolean wireBusy() {
    return intx >= INTX_MAX;
  }

  /**
   * Puts a TLP at the end.
   *
   * @param entry whose message it is, or {@link #NO_ENTRY}
   */
  void add(RootComplexMessage tlp, int entry) {
    if (count == tlps.length) {
      widen();
    }
    int at = first + count & tlps.length - 1;
    tlps[at] = tlp;
    entries[at] = entry;
    count++;
    mark(tlp, entry, true);
    stalls += posted(tlp) ? 1 : 0;
    highest = Math.max(highest, count);
    full |= count >= FULL;
  }

  /** UpdateFC came. */
  void granted(int newLimit) {
    // Sums wrap, differences do not.
    if (newLimit - limit > 0) {
      limit = newLimit;
    }
  }

  /** Whether the head may leave. */
  boolean ready() {
    return count != 0 && (limit != consumed || !posted(tlps[first]));
  }

  /** The entry of the head. */
  int headEntry() {
    return entries[first];
  }

  /** Takes the head, and its credit. Only when {@link #ready}. */
  RootComplexMessage poll() {
    RootComplexMessage tlp = tlps[first];
    int entry = entries[first];
    tlps[first] = null;
    first = first + 1 & tlps.length - 1;
    count--;
    mark(tlp, entry, false);
    consumed += posted(tlp) ? 1 : 0;
    return tlp;
  }

  /** True, once, when the device may go on after it was {@link #full}. */
  boolean relieved() {
    if (!full || count > READY) {
      return false;
    }
    full = false;
    return true;
  }

  private static boolean posted(RootComplexMessage tlp) {
    return !(tlp instanceof RootComplexMessage.ReadDone)
        && !(tlp instanceof RootComplexMessage.DmaRead);
  }

  private void mark(RootComplexMessage tlp, int entry, boolean waits) {
    if (entry != NO_ENTRY) {
      waitingEntries[entry >> 6] ^= 1L << entry;
    } else if (tlp instanceof RootComplexMessage.Intx) {
      intx += waits ? 1 : -1;
    }
  }

  private void widen() {
    int length = tlps.length;
    RootComplexMessage[] wider = new RootComplexMessage[2 * length];
    int[] widerEntries = new int[2 * length];
    for (int i = 0; i < count; i++) {
      wider[i] = tlps[first + i & length - 1];
      widerEntries[i] = entries[first + i & length - 1];
    }
    tlps = wider;
    entries = widerEntries;
    first = 0;
  }

  void save(StateWriter out) {
    out.putInt(limit);
    out.putInt(consumed);
    out.putBoolean(full);
    out.putInt(highest);
    out.putLong(stalls);
    out.putInt(count);
    for (int i = 0; i < count; i++) {
      int at = first + i & tlps.length - 1;
      out.putInt(entries[at]);
      out.putMessage(tlps[at]);
    }
  }

  void load(StateReader in) {
    limit = in.getInt();
    consumed = in.getInt();
    boolean wasFull = in.getBoolean();
    int wasHighest = in.getInt();
    long before = in.getLong();
    Arrays.fill(tlps, null);
    Arrays.fill(waitingEntries, 0);
    first = 0;
    count = 0;
    intx = 0;
    for (int left = in.count(6); left > 0; left--) {
      int entry = in.getInt();
      add((RootComplexMessage) in.getMessage(), entry);
    }
    full = wasFull;
    highest = wasHighest;
    stalls = before;
  }

  void inspect(Inspector out) {
    out.value("transmit.waiting", count);
    out.value("transmit.highest", highest);
    out.value("transmit.stalls", stalls);
    if (!unlimited) {
      out.value("transmit.credits", limit - consumed);
    }
    for (int i = 0; i < count; i++) {
      long interrupt = tlps[first + i & tlps.length - 1].interruptId();
      if (interrupt != 0) {
        out.pending(interrupt, "transmit queue");
      }
    }
  }
}
