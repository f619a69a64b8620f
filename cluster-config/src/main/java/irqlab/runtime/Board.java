package irqlab.runtime;

import irqlab.observe.Ledger;
import irqlab.observe.Probe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Virtual time on one thread: the components of a machine, or of one group of it, and their events
 * in the order of (time, receiver, class, tie, sender, number). No Akka.
 *
 * <p>Same plan, seed and policy: same events, same digest, on every JVM. See the algorithm in
 * cluster-config/docs/virtual-time.md. One owner.
 */
public final class Board {
  private static final long SEQUENCE_MASK = (1L << Slot.SEQUENCE_BITS) - 1;

  final EventQueue queue = new EventQueue();
  Probe probe;
  final boolean fair;
  final Outbox outbox;
  long nowPs;
  private final Plan plan;
  private final Cell<?>[] cells;
  private final Codecs codecs;
  private final long seed;
  private final Ledger ledger;
  private boolean digesting = true;
  private long events;
  private long ties;

  /** A board that hosts every component of the plan. */
  public Board(Plan plan, Codecs codecs, long seed, TiePolicy policy, Ledger ledger) {
    this(plan, codecs, seed, policy, ledger, new int[plan.size()], 0, null);
  }

  /**
   * A board that hosts one group.
   *
   * @param groupOf the group of each component by id
   * @param group the one to host
   * @param outbox takes what goes to other groups; may be null when there are none
   */
  public Board(
      Plan plan,
      Codecs codecs,
      long seed,
      TiePolicy policy,
      Ledger ledger,
      int[] groupOf,
      int group,
      Outbox outbox) {
    this.plan = plan;
    this.codecs = codecs;
    this.seed = seed;
    this.ledger = ledger;
    this.probe = ledger;
    this.fair = policy == TiePolicy.FAIR;
    this.outbox = outbox;
    cells = new Cell<?>[plan.size()];
    for (int id = 0; id < cells.length; id++) {
      if (groupOf[id] == group) {
        cells[id] = cell(id, plan.component(id));
        for (Port<?> port : cells[id].ports) {
          port.lastArrivalPs = 0;
        }
      }
    }
  }

  /**
   * Stops the digest and the books, to measure what they cost; before {@link #start}. The order of
   * events stays the same.
   */
  public void withoutAccounting() {
    digesting = false;
    probe = Probe.NONE;
  }

  /** Lets every component start, in the order of ids. Once, before the first run. */
  public void start() {
    for (Cell<?> cell : cells) {
      if (cell != null) {
        startCell(cell);
      }
    }
  }

  /**
   * Executes every event before this time and moves the clock there.
   *
   * @return how many events were executed
   */
  public long runBefore(long limitPs) {
    long before = events;
    Slot slot = queue.peek();
    while (slot != null && slot.timePs < limitPs) {
      queue.remove(slot);
      deliver(slot);
      slot = queue.peek();
    }
    nowPs = Math.max(nowPs, limitPs);
    return events - before;
  }

  /**
   * Executes events until a condition holds or none is left before the limit. The clock stays at
   * the last event.
   *
   * @param done asked before each event; it may {@link #inject}
   */
  public void runUntil(long limitPs, BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      Slot slot = queue.peek();
      if (slot == null || slot.timePs >= limitPs) {
        return;
      }
      queue.remove(slot);
      deliver(slot);
    }
  }

  /** The time of the next event, or Long.MAX_VALUE. */
  public long nextPs() {
    Slot slot = queue.peek();
    return slot == null ? Long.MAX_VALUE : slot.timePs;
  }

  /**
   * The time of the last pending event that is not an alarm, or -1 when only alarms are pending:
   * nothing is in flight and every component waits.
   */
  public long lastInFlightPs() {
    long[] last = {-1};
    queue.forEach(
        slot -> {
          if ((slot.order & 0xFF) != Order.ALARM) {
            last[0] = Math.max(last[0], slot.timePs);
          }
        });
    return last[0];
  }

  /** Takes an event from another group. It must not lie before the clock. */
  public void insert(RemoteEvent event) {
    if (event.timePs() < nowPs) {
      throw new IllegalStateException(
          "timePs=" + event.timePs() + " nowPs=" + nowPs + ": event in the past");
    }
    queue.add(event.timePs(), event.order(), event.tie(), event.source(), event.message());
  }

  /**
   * Puts a message of the outside world on the board, such as a test's or a monitor's; it arrives
   * after 1 ps. It is part of the digest, with the receiver as its sender.
   */
  public <M extends Message> void inject(String path, M message) {
    Cell<?> cell = cells[require(path)];
    int order = cell.id << 8 | Order.MESSAGE;
    queue.add(nowPs + 1, order, 0, cell.sourceBits() | ++cell.sequence, message);
  }

  /** Machine time in picoseconds. */
  public long nowPs() {
    return nowPs;
  }

  /** Events executed, cancelled alarms not included. */
  public long events() {
    return events;
  }

  /** Messages that reached a component at the same time as one of another sender. */
  public long ties() {
    return ties;
  }

  /** Events waiting. */
  public int pendingEvents() {
    return queue.size();
  }

  /** The books. */
  public Ledger ledger() {
    return ledger;
  }

  /** The wired machine. */
  public Plan plan() {
    return plan;
  }

  /** This group's part of the digest; parts of groups are added. */
  public long digest() {
    long sum = 0;
    for (Cell<?> cell : cells) {
      if (cell != null) {
        sum += Mix.mix(Mix.chain(cell.hash, cell.id));
      }
    }
    return sum;
  }

  /** The chained hash of one component: what it received so far. */
  public long digest(String path) {
    return cells[require(path)].hash;
  }

  /** Shows one component. */
  public void inspect(String path, Inspector out) {
    cells[require(path)].component.inspect(out);
  }

  /**
   * Tells the ledger every interrupt that is in flight or waits in a component; once, at the end.
   */
  public void closeBooks() {
    tellPending(ledger);
  }

  /** A copy of the books as they would be if the run ended now. */
  public Ledger closedBooks() {
    Ledger copy = new Ledger();
    copy.add(ledger);
    tellPending(copy);
    return copy;
  }

  private void tellPending(Ledger books) {
    queue.forEach(
        slot -> {
          if (slot.message.interruptId() != 0 && alive(slot)) {
            books.pending(slot.message.interruptId());
          }
        });
    Inspector waiting =
        new Inspector() {
          @Override
          public void value(String name, long value) {}

          @Override
          public void pending(long id, String where) {
            books.pending(id);
          }
        };
    for (Cell<?> cell : cells) {
      if (cell != null) {
        cell.component.inspect(waiting);
      }
    }
  }

  /** The state of the hosted components; only between runs. */
  public Checkpoint save() {
    List<List<Slot>> inbound = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      inbound.add(new ArrayList<>());
    }
    queue.forEach(slot -> inbound.get(slot.order >>> 8).add(slot));
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    for (Cell<?> cell : cells) {
      if (cell != null) {
        blocks.put(cell.id, saved(cell, inbound.get(cell.id)));
      }
    }
    return new Checkpoint(nowPs, blocks);
  }

  /** Takes over the hosted components' state; blocks of others are left alone. */
  public void load(Checkpoint checkpoint) {
    queue.clear();
    nowPs = checkpoint.timePs();
    for (Cell<?> cell : cells) {
      if (cell != null) {
        byte[] block = checkpoint.blocks().get(cell.id);
        if (block == null) {
          throw new MalformedStateException("path=" + cell.path + " is not in the checkpoint");
        }
        load(cell, new StateReader(block, codecs));
      }
    }
  }

  long tie(long timePs, long senderHash) {
    return Mix.mix(Mix.chain(Mix.chain(seed, timePs), senderHash));
  }

  boolean hosts(int id) {
    return cells[id] != null;
  }

  private boolean alive(Slot slot) {
    return (slot.order & 0xFF) != Order.ALARM
        || cells[slot.order >>> 8].hasAlarm(slot.source & SEQUENCE_MASK);
  }

  private void deliver(Slot slot) {
    nowPs = slot.timePs;
    int order = slot.order;
    long source = slot.source;
    Message message = slot.message;
    // Called for everything and first: its target tells the processor which way all that follows
    // will go.
    long fold = message.fold();
    queue.release(slot);
    Cell<?> cell = cells[order >>> 8];
    if ((order & 0xFF) == Order.ALARM && !cell.removeAlarm(source & SEQUENCE_MASK)) {
      return;
    }
    events++;
    int sender = (int) (source >>> Slot.SEQUENCE_BITS);
    if (cell.lastPs == nowPs && cell.lastSender != sender) {
      ties++;
    }
    cell.lastPs = nowPs;
    cell.lastSender = sender;
    if (digesting) {
      cell.hash = Mix.chain(Mix.chain(Mix.chain(cell.hash, nowPs), source), fold);
    }
    react(cell, message);
  }

  // Ports are typed, so a message can only be of its receiver's protocol; the cast is the bridge's.
  @SuppressWarnings("unchecked")
  private static <M extends Message> void react(Cell<M> cell, Message message) {
    cell.component.on((M) message, cell);
  }

  private static <M extends Message> void startCell(Cell<M> cell) {
    cell.component.start(cell);
  }

  private <M extends Message> Cell<M> cell(int id, Component<M> component) {
    if (component == null) {
      throw new IllegalArgumentException("path=" + plan.path(id) + " has no component here");
    }
    Port<?>[] ports = plan.ports(id).toArray(new Port<?>[0]);
    return new Cell<>(this, id, plan.path(id), component, ports, seed);
  }

  private int require(String path) {
    int id = plan.find(path);
    if (id < 0 || cells[id] == null) {
      throw new IllegalArgumentException("path=" + path + " is not hosted here");
    }
    return id;
  }

  private byte[] saved(Cell<?> cell, List<Slot> inbound) {
    StateWriter out = new StateWriter(codecs);
    out.putText(cell.path);
    out.putLong(cell.sequence);
    out.putLong(cell.hash);
    out.putLong(cell.lastPs);
    out.putInt(cell.lastSender);
    cell.rng.save(out);
    out.putLongs(cell.alarmsSorted());
    out.putInt(cell.ports.length);
    for (Port<?> port : cell.ports) {
      out.putLong(port.lastArrivalPs);
    }
    inbound.sort(Comparator.comparing(slot -> slot, (a, b) -> a.before(b) ? -1 : 1));
    out.putInt(inbound.size());
    for (Slot slot : inbound) {
      new RemoteEvent(slot.timePs, slot.order, slot.tie, slot.source, slot.message).write(out);
    }
    cell.component.save(out);
    return out.toBytes();
  }

  private void load(Cell<?> cell, StateReader in) {
    String path = in.getText();
    if (!path.equals(cell.path)) {
      throw new MalformedStateException("path=" + path + " expected=" + cell.path);
    }
    cell.sequence = in.getLong();
    cell.hash = in.getLong();
    cell.lastPs = in.getLong();
    cell.lastSender = in.getInt();
    cell.rng.load(in);
    cell.clearAlarms();
    for (long alarm : in.getLongs()) {
      cell.addAlarm(alarm, null);
    }
    int ports = in.getInt();
    if (ports != cell.ports.length) {
      throw new MalformedStateException("path=" + path + " ports=" + ports);
    }
    for (Port<?> port : cell.ports) {
      port.lastArrivalPs = in.getLong();
    }
    for (int left = in.count(30); left > 0; left--) {
      RemoteEvent event = RemoteEvent.read(in);
      queue.add(event.timePs(), event.order(), event.tie(), event.source(), event.message());
    }
    cell.component.load(in);
    in.expectEnd();
  }
}
