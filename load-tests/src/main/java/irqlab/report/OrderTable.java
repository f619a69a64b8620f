package irqlab.report;

import irqlab.load.RunBooks;
import irqlab.load.RunResult;
import irqlab.observe.Counter;
import irqlab.observe.OrderBook;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What overtook what in a run, in sums.
 *
 * <p>One sender's messages to one receiver keep their order in every runtime; everything else may
 * happen on hardware too, and is what people come to study.
 */
public final class OrderTable {
  /** Entries of a local APIC's raises from which on they are no IPIs but its own sources. */
  private static final int LOCAL_SOURCES = 264;

  /** The sums over some links. */
  public static final class Sums {
    private long accepted;
    private long acceptedOutOfOrder;
    private long acceptedOvertaken;
    private long beforeEoi;
    private long served;
    private long servedOutOfOrder;
    private long servedOvertaken;

    private void add(OrderBook.Link link) {
      accepted += link.accepted();
      acceptedOutOfOrder += link.acceptedOutOfOrder();
      acceptedOvertaken += link.acceptedOvertaken();
      beforeEoi += link.beforeEoi();
      served += link.served();
      servedOutOfOrder += link.servedOutOfOrder();
      servedOvertaken += link.servedOvertaken();
    }

    /** Came to a local APIC. */
    public long accepted() {
      return accepted;
    }

    /** After a later one of the same sender to the same CPU. */
    public long acceptedOutOfOrder() {
      return acceptedOutOfOrder;
    }

    /** After a later one of another sender. */
    public long acceptedOvertaken() {
      return acceptedOvertaken;
    }

    /** While the one before it was in service. */
    public long beforeEoi() {
      return beforeEoi;
    }

    /** Given to a core. */
    public long served() {
      return served;
    }

    /** After a later one of the same sender. */
    public long servedOutOfOrder() {
      return servedOutOfOrder;
    }

    /** After a later one of another sender. */
    public long servedOvertaken() {
      return servedOvertaken;
    }
  }

  private final Sums devices = new Sums();
  private final Sums ipis = new Sums();
  private final Map<Long, Sums> bySource = new TreeMap<>();
  private final List<OrderBook.Overtake> overtakes;
  private final long beforeData;

  OrderTable(RunResult result) {
    overtakes = result.ledger().order().map(OrderBook::overtakes).orElse(List.of());
    beforeData = result.ledger().counter(Counter.BEFORE_DATA);
    if (result.ledger().order().isPresent()) {
      for (OrderBook.Link link : result.ledger().order().get().links()) {
        String path = result.paths().get(link.component());
        if (RunBooks.ofDevice(path)) {
          devices.add(link);
          bySource
              .computeIfAbsent(key(link.component(), link.entry()), any -> new Sums())
              .add(link);
        } else if (path.endsWith("/lapic") && link.entry() < LOCAL_SOURCES) {
          ipis.add(link);
        }
      }
    }
  }

  private static long key(int component, int entry) {
    return (long) component << 12 | entry;
  }

  /** Interrupts of devices. */
  public Sums devices() {
    return devices;
  }

  /** IPIs: a sender is a CPU and a vector. */
  public Sums ipis() {
    return ipis;
  }

  /** One source of a device; all zero when none of it came anywhere. */
  public Sums source(int component, int entry) {
    return bySource.getOrDefault(key(component, entry), new Sums());
  }

  /** Who came before whom, the most frequent first. */
  public List<OrderBook.Overtake> overtakes() {
    return overtakes;
  }

  /** Handlers that ended before the data of their own interrupt had come to memory. */
  public long beforeData() {
    return beforeData;
  }

  /** What no runtime may ever do: one sender's messages out of order at one receiver. */
  public long violations() {
    return devices.acceptedOutOfOrder() + ipis.acceptedOutOfOrder();
  }
}
