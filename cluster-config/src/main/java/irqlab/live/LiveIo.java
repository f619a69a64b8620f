package irqlab.live;

import irqlab.observe.Probe;
import irqlab.runtime.Bus;
import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Port;
import irqlab.runtime.Rng;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one component sees of the world when it runs live: the clock is the wall clock since the
 * start of the run, a port is an actor, an alarm an entry of its own heap. One owner.
 *
 * <p>The clock stands still during a reaction. Latencies of links are not simulated; an extra delay
 * is, and holds back what is sent on the same port after it.
 */
final class LiveIo<M extends Message> implements Io<M> {
  final AlarmHeap alarms = new AlarmHeap();
  final Meter meter;
  private final Shared shared;
  private final String path;
  private final Rng rng;
  private final Map<Port<?>, Held> held = new IdentityHashMap<>();
  private final int id;
  private final Lanes lanes;
  private long nowNs;

  /** How many messages a port holds back, and when the last of them is due. */
  private static final class Held {
    int count;
    long lastNs;
  }

  /**
   * The view of one component.
   *
   * @param traced whether what it sends says where it comes from
   */
  LiveIo(Shared shared, int id, String path, boolean traced) {
    this.id = id;
    this.lanes = traced ? new Lanes() : null;
    this.shared = shared;
    this.path = path;
    this.meter = new Meter(shared.recorder, this::nowPs, shared.notes != null);
    this.rng = new Rng(shared.seed, path);
  }

  /** A reaction begins; the clock is read when it is first asked for. */
  void begin() {
    nowNs = 0;
  }

  /** A reaction begins at this time. */
  void begin(long atNs) {
    nowNs = atNs;
  }

  /** The wall clock of this reaction, {@link System#nanoTime}. */
  long nowNs() {
    if (nowNs == 0) {
      nowNs = System.nanoTime();
    }
    return nowNs;
  }

  @Override
  public long nowPs() {
    return shared.machinePs(nowNs() - shared.startNs);
  }

  @Override
  public <T extends Message> void send(Port<T> port, T message) {
    Held waiting = held.isEmpty() ? null : held.get(port);
    if (waiting == null || waiting.count == 0) {
      post(port, port.toId(), message);
    } else {
      hold(port, waiting, waiting.lastNs, message);
    }
  }

  @Override
  public <T extends Message> void sendAfter(Port<T> port, long extraPs, T message) {
    if (extraPs < 0) {
      throw new IllegalStateException("extraPs=" + extraPs + " port=" + port);
    }
    if (extraPs == 0) {
      send(port, message);
      return;
    }
    Held waiting = held.computeIfAbsent(port, each -> new Held());
    long dueNs = nowNs() + shared.wallNs(extraPs);
    hold(port, waiting, waiting.count == 0 ? dueNs : Math.max(dueNs, waiting.lastNs), message);
  }

  @Override
  public <T extends Message> void send(Bus<T> bus, int member, T message) {
    post(bus, bus.toId(member), message);
  }

  @Override
  public long alarm(long delayPs, M message) {
    if (delayPs < 1) {
      throw new IllegalStateException("delayPs=" + delayPs + " path=" + path);
    }
    return alarms.alarm(nowNs() + shared.wallNs(delayPs), message);
  }

  @Override
  public void cancel(long alarm) {
    alarms.cancel(alarm);
  }

  @Override
  public Rng rng() {
    return rng;
  }

  @Override
  public Probe probe() {
    return meter;
  }

  /** A held message is due. */
  void release(AlarmHeap.Entry entry) {
    held.get(entry.port).count--;
    post(entry.port, entry.port.toId(), entry.message);
  }

  private void hold(Port<?> port, Held waiting, long dueNs, Message message) {
    waiting.count++;
    waiting.lastNs = dueNs;
    alarms.hold(dueNs, port, message);
    if (lanes != null) {
      // Its lane is numbered when it is used, as in a replay, and not when the message goes.
      lanes.of(port);
    }
  }

  private void post(Object link, int receiver, Message message) {
    meter.add(Meter.SENT);
    if (lanes == null) {
      shared.post(receiver, message);
    } else {
      shared.post(receiver, id, lanes.of(link), message);
    }
  }

  /** Writes down what this component still holds back. */
  void held(ArrivalLog log) {
    List<AlarmHeap.Entry> waiting = new ArrayList<>();
    alarms.forEach(
        entry -> {
          if (entry.port != null) {
            waiting.add(entry);
          }
        });
    waiting.sort((a, b) -> a.before(b) ? -1 : 1);
    for (AlarmHeap.Entry entry : waiting) {
      log.message(ArrivalLog.HELD, 0, entry.port.toId(), lanes.of(entry.port), entry.message);
    }
  }
}
