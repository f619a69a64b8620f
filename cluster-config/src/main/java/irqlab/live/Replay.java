package irqlab.live;

import irqlab.observe.Ledger;
import irqlab.observe.Probe;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Io;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.runtime.Port;
import irqlab.runtime.Rng;
import irqlab.runtime.StateWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Executes every component of a live run again, each one from its own log of arrivals, and compares
 * what it sends with what the logs of the receivers say that they got, and its state at the end
 * with the one that was written down.
 *
 * <p>No two clocks are compared: a component sees the times that it saw. One owner.
 */
public final class Replay {
  /**
   * Where a replay went another way.
   *
   * @param path the component that did
   * @param event which of its arrivals it reacted to, from 1; 0 for the end
   * @param atPs machine time of that arrival
   * @param text what it did, and what the logs say
   */
  public record Difference(String path, long event, long atPs, String text) {
    @Override
    public String toString() {
      String when = event == 0 ? "at its end" : "at event " + event + ", " + atPs / 1000 + " ns";
      return path + ", " + when + ": " + text;
    }
  }

  /**
   * What came of it.
   *
   * @param components how many were executed
   * @param events arrivals and alarms
   * @param sends messages that were compared
   * @param uncompared messages to components that have no log, or that were lost on their way
   * @param lacks what the recording says that it lacks
   * @param ledger the books, without what was pending
   * @param difference the first by machine time
   */
  public record Result(
      int components,
      long events,
      long sends,
      long uncompared,
      Unrecorded lacks,
      Ledger ledger,
      Optional<Difference> difference) {
    private static Result damaged(String where, String text) {
      Difference found = new Difference(where, 0, 0, text);
      return new Result(0, 0, 0, 0, Unrecorded.NOTHING, new Ledger(), Optional.of(found));
    }
  }

  /** Follows a replay, component after component. */
  interface Observer {
    /** A component reacts to its start, a message or an alarm; the number is an alarm's. */
    void reacts(int id, int kind, long number);

    /** In this reaction it sends. */
    void sends(int receiver);

    /** In this reaction it asks for its nth alarm. */
    void asks(long number);

    /** The world outside sent to this component. */
    void outside(int id);
  }

  private static final Observer NOBODY =
      new Observer() {
        @Override
        public void reacts(int id, int kind, long number) {}

        @Override
        public void sends(int receiver) {}

        @Override
        public void asks(long number) {}

        @Override
        public void outside(int id) {}
      };

  private final Plan plan;
  private final long seed;
  private final ArrivalFile[] files;
  private final Observer observer;
  private final Unrecorded lacks;
  private final Ledger ledger = new Ledger();
  private final List<Difference> differences = new ArrayList<>();
  private long events;
  private long sends;
  private long uncompared;

  private Replay(Plan plan, long seed, ArrivalFile[] files, Unrecorded lacks, Observer observer) {
    this.observer = observer;
    this.lacks = lacks;
    this.plan = plan;
    this.seed = seed;
    this.files = files;
  }

  /**
   * Replays a run. A component that the recording says to lack is not executed, and neither what it
   * sent nor what it got is compared; all others are, with each other.
   *
   * @param plan the same machine, built anew
   * @param folder the logs of its components
   * @throws IOException when a log cannot be read
   */
  public static Result run(Plan plan, long seed, Path folder) throws IOException {
    return run(plan, seed, folder, NOBODY);
  }

  static Result run(Plan plan, long seed, Path folder, Observer observer) throws IOException {
    Unrecorded lacks;
    try {
      lacks = Unrecorded.read(folder);
    } catch (MalformedStateException damaged) {
      return Result.damaged(Unrecorded.FILE, damaged.getMessage());
    }
    ArrivalFile[] files = new ArrivalFile[plan.size()];
    for (int id = 0; id < files.length; id++) {
      try {
        if (!lacks.components().containsKey(plan.path(id))) {
          files[id] = ArrivalFile.read(Recording.file(folder, id), id, plan.path(id), seed);
        }
      } catch (MalformedStateException damaged) {
        return Result.damaged(plan.path(id), damaged.getMessage());
      }
    }
    return new Replay(plan, seed, files, lacks, observer).run();
  }

  /** A number for what a component would save. */
  static long state(Component<?> component) {
    StateWriter out = new StateWriter(ProtocolCodecs.all());
    component.save(out);
    CRC32C crc = new CRC32C();
    byte[] bytes = out.toBytes();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }

  private Result run() {
    int components = 0;
    for (int id = 0; id < files.length; id++) {
      if (files[id] != null) {
        components++;
        new Again<>(id, plan.component(id)).run();
      }
    }
    for (int id = 0; id < files.length; id++) {
      if (files[id] != null) {
        unmatched(id);
      }
    }
    Optional<Difference> first = differences.stream().min(Comparator.comparingLong(Replay::order));
    return new Result(components, events, sends, uncompared, lacks, ledger, first);
  }

  // What is found at the end comes last.
  private static long order(Difference difference) {
    return difference.event() == 0 ? Long.MAX_VALUE : difference.atPs();
  }

  // What a receiver got and nobody sent; told only when nothing else is wrong with that sender.
  private void unmatched(int receiver) {
    files[receiver]
        .leftOver(from -> from >= 0 && from < files.length && files[from] == null)
        .ifPresent(
            left ->
                differences.add(
                    new Difference(
                        plan.path(receiver),
                        left.event(),
                        left.atPs(),
                        "it got "
                            + left.message()
                            + " of "
                            + path(left.from())
                            + ", which does not send it again")));
  }

  // A log whose sums are right may still name anybody.
  private String path(int id) {
    return id >= 0 && id < plan.size() ? plan.path(id) : "component " + id;
  }

  /** One component, executed again. */
  private final class Again<M extends Message> implements Io<M> {
    private final int id;
    private final Component<M> component;
    private final ArrivalFile file;
    private final Rng rng;
    private final Lanes lanes = new Lanes();
    private final Map<Long, M> alarms = new HashMap<>();
    private final StateWriter bytes = new StateWriter(ProtocolCodecs.all());
    private long alarmCount;
    private long nowPs;
    private long event;
    private boolean diverged;

    Again(int id, Component<M> component) {
      this.id = id;
      this.component = component;
      this.file = files[id];
      this.rng = new Rng(seed, plan.path(id));
    }

    void run() {
      ArrivalFile.Cursor at = file.cursor();
      try {
        while (!diverged && at.next()) {
          event++;
          nowPs = at.atPs();
          react(at);
        }
      } catch (RuntimeException | AssertionError broken) {
        differ("it fails: " + broken);
      }
      events += event;
      if (!diverged && at.state() != state(component)) {
        event = 0;
        differ("its state is not the one that was written down");
      }
    }

    @SuppressWarnings("unchecked")
    private void react(ArrivalFile.Cursor at) {
      if (at.kind() <= ArrivalLog.ALARM) {
        observer.reacts(id, at.kind(), at.kind() == ArrivalLog.ALARM ? at.alarm() : 0);
      }
      if (at.kind() == ArrivalLog.MESSAGE && at.from() == ArrivalLog.OUTSIDE) {
        observer.outside(id);
      }
      switch (at.kind()) {
        case ArrivalLog.START -> component.start(this);
        case ArrivalLog.MESSAGE -> component.on((M) at.message(), this);
        case ArrivalLog.ALARM -> {
          M message = alarms.remove(at.alarm());
          if (message == null) {
            differ("alarm " + at.alarm() + " expired, and it has not asked for it");
          } else {
            component.on(message, this);
          }
        }
        default -> event--;
      }
    }

    private void differ(String text) {
      diverged = true;
      differences.add(new Difference(plan.path(id), event, nowPs, text));
    }

    private void sent(Object link, int receiver, Message message) {
      if (diverged) {
        return;
      }
      observer.sends(receiver);
      int lane = lanes.of(link);
      byte[] logged = files[receiver] == null ? null : files[receiver].nextOf(id, lane);
      if (logged == null && (files[receiver] == null || lacks.cut())) {
        uncompared++;
        return;
      }
      sends++;
      bytes.clear();
      bytes.putMessage(message);
      byte[] own = bytes.toBytes();
      if (logged == null) {
        logged = file.nextHeld(receiver, lane);
      }
      if (logged == null) {
        differ("it sends " + message + " to " + plan.path(receiver) + ", which never got it");
      } else if (!Arrays.equals(own, logged)) {
        differ(
            "it sends "
                + message
                + " to "
                + plan.path(receiver)
                + ", which has "
                + ArrivalFile.message(logged)
                + " here");
      }
    }

    @Override
    public long nowPs() {
      return nowPs;
    }

    @Override
    public <T extends Message> void send(Port<T> port, T message) {
      sent(port, port.toId(), message);
    }

    @Override
    public <T extends Message> void sendAfter(Port<T> port, long extraPs, T message) {
      sent(port, port.toId(), message);
    }

    @Override
    public <T extends Message> void send(Bus<T> bus, int member, T message) {
      sent(bus, bus.toId(member), message);
    }

    @Override
    public long alarm(long delayPs, M message) {
      alarms.put(++alarmCount, message);
      observer.asks(alarmCount);
      return alarmCount;
    }

    @Override
    public void cancel(long alarm) {
      alarms.remove(alarm);
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
}
