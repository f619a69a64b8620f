package irqlab.observe;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What overtook what, by the marks of one group of components: the order in which interrupts came
 * to each local APIC and were served by its core, against the order in which they were raised.
 *
 * <p>Each local APIC and each core is looked at by itself, so parts of several groups or processes
 * add up, and no common clock is needed to say that one sender's messages came out of order at one
 * receiver. Across senders the intended times of the raises are compared; the clocks of several
 * hosts are as far apart as they are. One owner.
 */
public final class OrderBook {
  private static final int CPU_MAX = 1 << 20;
  private static final int OVERTAKES_MAX = 4096;
  private static final int NUMBERS = 7;

  /** In bit 32 of a mark ACCEPT: the vector is in service. */
  public static final long IN_SERVICE = 1L << 32;

  /** What happened between one source and one CPU. */
  public static final class Link {
    private final int cpu;
    private final long row;
    private long accepted;
    private long acceptedOutOfOrder;
    private long acceptedOvertaken;
    private long beforeEoi;
    private long served;
    private long servedOutOfOrder;
    private long servedOvertaken;
    private long lastAccepted;
    private long lastServed;

    private Link(int cpu, long row) {
      this.cpu = cpu;
      this.row = row;
    }

    private void add(Link other) {
      accepted += other.accepted;
      acceptedOutOfOrder += other.acceptedOutOfOrder;
      acceptedOvertaken += other.acceptedOvertaken;
      beforeEoi += other.beforeEoi;
      served += other.served;
      servedOutOfOrder += other.servedOutOfOrder;
      servedOvertaken += other.servedOvertaken;
    }

    private void write(StateWriter out) {
      out.putLong(accepted);
      out.putLong(acceptedOutOfOrder);
      out.putLong(acceptedOvertaken);
      out.putLong(beforeEoi);
      out.putLong(served);
      out.putLong(servedOutOfOrder);
      out.putLong(servedOvertaken);
    }

    private void read(StateReader in) {
      accepted = in.getLong();
      acceptedOutOfOrder = in.getLong();
      acceptedOvertaken = in.getLong();
      beforeEoi = in.getLong();
      served = in.getLong();
      servedOutOfOrder = in.getLong();
      servedOvertaken = in.getLong();
    }

    /** The CPU. */
    public int cpu() {
      return cpu;
    }

    /** Component id of the raiser. */
    public int component() {
      return InterruptId.component(row << 32);
    }

    /** Entry of the raiser. */
    public int entry() {
      return InterruptId.entry(row << 32);
    }

    /** Came to the local APIC. */
    public long accepted() {
      return accepted;
    }

    /**
     * Of these: after a later raise of the same source. None, ever, as long as ports keep order.
     */
    public long acceptedOutOfOrder() {
      return acceptedOutOfOrder;
    }

    /** Of these: after a later raise of another source. */
    public long acceptedOvertaken() {
      return acceptedOvertaken;
    }

    /** Of these: while the one before was in service, its EOI not yet written. */
    public long beforeEoi() {
      return beforeEoi;
    }

    /** Given to the core. */
    public long served() {
      return served;
    }

    /** Of these: after a later raise of the same source. */
    public long servedOutOfOrder() {
      return servedOutOfOrder;
    }

    /** Of these: after a later raise of another source. */
    public long servedOvertaken() {
      return servedOvertaken;
    }
  }

  /**
   * One source's raises came to a local APIC before earlier ones of another source.
   *
   * @param component raiser of the later ones, which came first
   * @param entry its entry
   * @param overtaken component of the earlier ones
   * @param overtakenEntry its entry
   * @param count how often
   */
  public record Overtake(int component, int entry, int overtaken, int overtakenEntry, long count) {}

  /** One CPU: its links, and the latest raise that it has seen. */
  private static final class Receiver {
    private long[] keys = new long[16];
    private Link[] links = new Link[16];
    private int size;
    private Link latest;
    private long newestAcceptedPs = Long.MIN_VALUE;
    private long newestAccepted;
    private long newestServedPs = Long.MIN_VALUE;
    private long newestServed;

    // What is served next is most often what came last.
    private Link link(int cpu, long row) {
      if (latest == null || latest.row != row) {
        latest = search(cpu, row);
      }
      return latest;
    }

    private Link search(int cpu, long row) {
      int at = slot(row, keys);
      if (keys[at] == row + 1) {
        return links[at];
      }
      if (size * 2 >= keys.length) {
        grow();
        at = slot(row, keys);
      }
      size++;
      keys[at] = row + 1;
      links[at] = new Link(cpu, row);
      return links[at];
    }

    private void grow() {
      long[] wider = new long[keys.length * 2];
      Link[] moved = new Link[wider.length];
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] != 0) {
          int at = slot(keys[i] - 1, wider);
          wider[at] = keys[i];
          moved[at] = links[i];
        }
      }
      keys = wider;
      links = moved;
    }

    private static int slot(long row, long[] in) {
      int mask = in.length - 1;
      int at = (int) ((row * 0x9E3779B97F4A7C15L) >>> 40) & mask;
      while (in[at] != 0 && in[at] != row + 1) {
        at = (at + 1) & mask;
      }
      return at;
    }
  }

  private Receiver[] receivers = new Receiver[16];
  private final TreeMap<Long, TreeMap<Long, Long>> overtakes = new TreeMap<>();
  private int pairs;

  /** Takes a mark; all but those of local APICs and cores are ignored. */
  void mark(Mark mark, long id, long a, long b) {
    if (id == 0) {
      return;
    }
    if (mark == Mark.ACCEPT) {
      accepted(id, (int) (a & 0xFFFF_FFFFL) >>> 8, (a & IN_SERVICE) != 0, b);
    } else if (mark == Mark.DISPATCH) {
      served(id, (int) a >>> 8, b);
    }
  }

  private void accepted(long id, int cpu, boolean inService, long raisedPs) {
    Receiver at = receiver(cpu);
    Link link = at.link(cpu, id >>> 32);
    long sequence = InterruptId.sequence(id);
    link.accepted++;
    if (inService) {
      link.beforeEoi++;
    }
    if (sequence < link.lastAccepted) {
      link.acceptedOutOfOrder++;
    } else {
      link.lastAccepted = sequence;
    }
    if (raisedPs >= at.newestAcceptedPs) {
      at.newestAcceptedPs = raisedPs;
      at.newestAccepted = link.row;
    } else if (at.newestAccepted != link.row) {
      link.acceptedOvertaken++;
      overtake(at.newestAccepted, link.row, 1);
    }
  }

  private void served(long id, int cpu, long raisedPs) {
    Receiver at = receiver(cpu);
    Link link = at.link(cpu, id >>> 32);
    long sequence = InterruptId.sequence(id);
    link.served++;
    if (sequence < link.lastServed) {
      link.servedOutOfOrder++;
    } else {
      link.lastServed = sequence;
    }
    if (raisedPs >= at.newestServedPs) {
      at.newestServedPs = raisedPs;
      at.newestServed = link.row;
    } else if (at.newestServed != link.row) {
      link.servedOvertaken++;
    }
  }

  // The first few thousand pairs are told apart; what more there is, is in the sums alone.
  private void overtake(long row, long overtaken, long count) {
    TreeMap<Long, Long> of = overtakes.computeIfAbsent(row, any -> new TreeMap<>());
    if (pairs < OVERTAKES_MAX || of.containsKey(overtaken)) {
      pairs += of.merge(overtaken, count, Long::sum) == count ? 1 : 0;
    }
  }

  private Receiver receiver(int cpu) {
    if (cpu >= receivers.length) {
      receivers = Arrays.copyOf(receivers, Math.max(cpu + 1, receivers.length * 2));
    }
    Receiver receiver = receivers[cpu];
    if (receiver == null) {
      receiver = new Receiver();
      receivers[cpu] = receiver;
    }
    return receiver;
  }

  /** All links, by CPU, then by raiser and entry. */
  public List<Link> links() {
    List<Link> all = new ArrayList<>();
    for (Receiver receiver : receivers) {
      if (receiver != null) {
        for (Link link : receiver.links) {
          if (link != null) {
            all.add(link);
          }
        }
      }
    }
    all.sort(Comparator.comparingInt(Link::cpu).thenComparingLong(link -> link.row));
    return all;
  }

  /** Who came before whom, the most frequent first; at most 4096 pairs are told apart. */
  public List<Overtake> overtakes() {
    List<Overtake> all = new ArrayList<>();
    overtakes.forEach(
        (row, of) ->
            of.forEach(
                (other, count) ->
                    all.add(
                        new Overtake(
                            InterruptId.component(row << 32),
                            InterruptId.entry(row << 32),
                            InterruptId.component(other << 32),
                            InterruptId.entry(other << 32),
                            count))));
    all.sort(Comparator.comparingLong(Overtake::count).reversed());
    return all;
  }

  /** Adds what another group saw. */
  void add(OrderBook other) {
    for (Link link : other.links()) {
      Link own = receiver(link.cpu).link(link.cpu, link.row);
      own.add(link);
    }
    other.overtakes.forEach((row, of) -> of.forEach((o, count) -> overtake(row, o, count)));
  }

  void write(StateWriter out) {
    List<Link> all = links();
    out.putInt(all.size());
    for (Link link : all) {
      out.putInt(link.cpu);
      out.putLong(link.row);
      link.write(out);
    }
    out.putInt(overtakes().size());
    overtakes.forEach(
        (row, of) ->
            of.forEach(
                (other, count) -> {
                  out.putLong(row);
                  out.putLong(other);
                  out.putLong(count);
                }));
  }

  static OrderBook read(StateReader in) {
    OrderBook read = new OrderBook();
    for (int left = in.count(12 + 8 * NUMBERS); left > 0; left--) {
      int cpu = in.getInt();
      if (cpu < 0 || cpu >= CPU_MAX) {
        throw new MalformedStateException("cpu=" + cpu);
      }
      read.receiver(cpu).link(cpu, in.getLong() & 0xFFFF_FFFFL).read(in);
    }
    for (int left = in.count(24); left > 0; left--) {
      read.overtake(in.getLong() & 0xFFFF_FFFFL, in.getLong() & 0xFFFF_FFFFL, in.getLong());
    }
    return read;
  }
}
