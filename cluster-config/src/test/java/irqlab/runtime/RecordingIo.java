package irqlab.runtime;

import irqlab.observe.Ledger;
import irqlab.observe.Probe;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link Io} for the spec of one chip: it keeps what the chip sends and sets its clock by hand.
 *
 * @param <M> the chip's protocol
 */
public final class RecordingIo<M extends Message> implements Io<M> {
  /** Something the chip sent: where to (path, and member of a bus or -1), what, and after what. */
  public record Sent(String to, int member, Message message, long extraPs) {}

  /** An alarm that was set and not yet withdrawn. */
  public record Alarm(long id, long atPs, Message message) {}

  /** Everything sent, in order. */
  public final List<Sent> sent = new ArrayList<>();

  /** Alarms that wait. */
  public final List<Alarm> alarms = new ArrayList<>();

  /** The books. */
  public final Ledger ledger = new Ledger();

  private final Rng rng = new Rng(1, "spec");
  private long nowPs;
  private long lastAlarm;

  /** A port that is good for specs. */
  public static <T extends Message> Port<T> port(String to) {
    return new Port<>("spec", to, 1, Order.MESSAGE);
  }

  /** A bus that is good for specs: member n has component id n. */
  public static <T extends Message> Bus<T> bus(int members) {
    int[] ids = new int[members];
    for (int i = 0; i < members; i++) {
      ids[i] = i;
    }
    return new Bus<>("spec", 0, ids, 1, Order.MESSAGE);
  }

  /** The messages sent so far, without where to. */
  public List<Message> messages() {
    return sent.stream().map(Sent::message).toList();
  }

  /** Moves the clock. */
  public void advance(long ps) {
    nowPs += ps;
  }

  /** Moves the clock to the earliest alarm, takes it off the list and gives it to the chip. */
  public void expire(Component<M> chip) {
    Alarm first = alarms.get(0);
    for (Alarm alarm : alarms) {
      first = alarm.atPs() < first.atPs() ? alarm : first;
    }
    alarms.remove(first);
    nowPs = Math.max(nowPs, first.atPs());
    deliver(chip, first.message());
  }

  @SuppressWarnings("unchecked")
  private void deliver(Component<M> chip, Message message) {
    chip.on((M) message, this);
  }

  @Override
  public long nowPs() {
    return nowPs;
  }

  @Override
  public <T extends Message> void send(Port<T> port, T message) {
    sent.add(new Sent(port.to(), -1, message, 0));
  }

  @Override
  public <T extends Message> void sendAfter(Port<T> port, long extraPs, T message) {
    sent.add(new Sent(port.to(), -1, message, extraPs));
  }

  @Override
  public <T extends Message> void send(Bus<T> bus, int member, T message) {
    sent.add(new Sent("bus", member, message, 0));
  }

  @Override
  public long alarm(long delayPs, M message) {
    if (delayPs < 1) {
      throw new IllegalStateException("delayPs=" + delayPs);
    }
    alarms.add(new Alarm(++lastAlarm, nowPs + delayPs, message));
    return lastAlarm;
  }

  @Override
  public void cancel(long alarm) {
    alarms.removeIf(each -> each.id() == alarm);
  }

  @Override
  public Rng rng() {
    return rng;
  }

  @Override
  public Probe probe() {
    return ledger;
  }
}
