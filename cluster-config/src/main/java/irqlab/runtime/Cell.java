package irqlab.runtime;

import irqlab.observe.Probe;
import java.util.Arrays;
import java.util.stream.LongStream;

/** The place of one component on a {@link Board}, and what that component sees of the world. */
final class Cell<M extends Message> implements Io<M> {
  final Board board;
  final int id;
  final String path;
  final Component<M> component;
  final Port<?>[] ports;
  final Rng rng;
  private final long pathHash;
  // Most components have one alarm at a time: it costs no table and no object of its own.
  private long alarm;
  private Slot alarmSlot;
  private AlarmSet alarms;
  long sequence;
  long hash;
  long lastPs = -1;
  int lastSender;

  Cell(Board board, int id, String path, Component<M> component, Port<?>[] ports, long seed) {
    this.board = board;
    this.id = id;
    this.path = path;
    this.component = component;
    this.ports = ports;
    this.rng = new Rng(seed, path);
    this.pathHash = Mix.text(path);
  }

  @Override
  public long nowPs() {
    return board.nowPs;
  }

  @Override
  public <T extends Message> void send(Port<T> port, T message) {
    post(port, board.nowPs + port.latencyPs, message);
  }

  @Override
  public <T extends Message> void sendAfter(Port<T> port, long extraPs, T message) {
    if (extraPs < 0) {
      throw new IllegalStateException("extraPs=" + extraPs + " port=" + port);
    }
    post(port, board.nowPs + port.latencyPs + extraPs, message);
  }

  @Override
  public long alarm(long delayPs, M message) {
    if (delayPs < 1) {
      throw new IllegalStateException("delayPs=" + delayPs + " path=" + path);
    }
    long number = ++sequence;
    int order = id << 8 | Order.ALARM;
    Slot slot = board.queue.add(board.nowPs + delayPs, order, 0, sourceBits() | number, message);
    addAlarm(number, slot);
    return number;
  }

  @Override
  public void cancel(long number) {
    if (number > 0 && alarm == number && alarmSlot != null) {
      // What is not found stays in the queue, and nobody hears of it.
      board.queue.unlink(alarmSlot);
    }
    removeAlarm(number);
  }

  /** An alarm that waits; its slot is null when only a search of the queue would find it. */
  void addAlarm(long number, Slot slot) {
    if (alarm == 0) {
      alarm = number;
      alarmSlot = slot;
      return;
    }
    if (alarms == null) {
      alarms = new AlarmSet();
    }
    alarms.add(number);
  }

  /** False when it was cancelled, or is none. */
  boolean removeAlarm(long number) {
    if (number == 0) {
      return false;
    }
    if (alarm == number) {
      alarm = 0;
      alarmSlot = null;
      return true;
    }
    return alarms != null && alarms.remove(number);
  }

  boolean hasAlarm(long number) {
    return alarm == number || (alarms != null && alarms.contains(number));
  }

  /** The outstanding alarms, ascending. */
  long[] alarmsSorted() {
    long[] more = alarms == null ? new long[0] : alarms.sorted();
    LongStream first = alarm == 0 ? LongStream.empty() : LongStream.of(alarm);
    return LongStream.concat(first, Arrays.stream(more)).sorted().toArray();
  }

  void clearAlarms() {
    alarm = 0;
    alarmSlot = null;
    alarms = null;
  }

  /** The sender's part of an event's source. */
  long sourceBits() {
    return (long) id << Slot.SEQUENCE_BITS;
  }

  @Override
  public Rng rng() {
    return rng;
  }

  @Override
  public Probe probe() {
    return board.probe;
  }

  @Override
  public <T extends Message> void send(Bus<T> bus, int member, T message) {
    if (bus.fromId != id) {
      throw new IllegalStateException("bus from=" + bus.from + " is not of path=" + path);
    }
    put(bus.toIds[member], bus.eventClass, board.nowPs + bus.latencyPs, message);
  }

  private void post(Port<?> port, long atPs, Message message) {
    if (port.fromId != id) {
      throw new IllegalStateException("port=" + port + " is not of path=" + path);
    }
    long timePs = Math.max(atPs, port.lastArrivalPs);
    port.lastArrivalPs = timePs;
    put(port.toId, port.eventClass, timePs, message);
  }

  private void put(int receiver, int eventClass, long timePs, Message message) {
    long source = sourceBits() | ++sequence;
    int order = receiver << 8 | eventClass;
    long tie = board.fair ? board.tie(timePs, pathHash) : 0;
    if (board.hosts(receiver)) {
      board.queue.add(timePs, order, tie, source, message);
    } else {
      board.outbox.post(receiver, new RemoteEvent(timePs, order, tie, source, message));
    }
  }
}
