package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Message;
import irqlab.wire.Frame;
import irqlab.wire.IrqlabSerializer;
import java.util.Collections;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How many messages a second go from one actor system to another over a socket of the loopback
 * interface: by gateway and gate with batches of some size, and as plain bytes of the same length
 * by Akka alone. For measuring.
 */
public final class WireSpeed implements AutoCloseable {
  /** Messages on their way, whatever the size of a batch: as many as a gateway lets out. */
  private static final int UNDER_WAY = Gateway.WINDOW * Gateway.BATCH_MAX;

  private static final int ACKS = 8;
  private static final long LIMIT_S = 120;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Message MSI =
      new RootComplexMessage.MsiWrite(0x10020001L, 77, 0xfee00000L, 0x4041, 0x20, 0);

  private final ActorSystem<Void> here = ClusterNode.system(ClusterSettings.local("node1"));
  private final ActorSystem<Void> there = ClusterNode.system(ClusterSettings.local("node2"));

  /** What came there. */
  private static final class Sink implements Gate.Inside {
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private ActorRef<Gateway.Command> gateway;
    private ActorRef<Frame> back;

    @Override
    public boolean take(int from, int messages) {
      return true;
    }

    @Override
    public boolean crowded() {
      return false;
    }

    @Override
    public boolean deliver(int receiver, Message message) {
      delivered.incrementAndGet();
      return true;
    }

    @Override
    public ActorRef<Gateway.Command> gateway(int node) {
      return gateway;
    }

    @Override
    public ActorRef<Frame> gate(int node) {
      return back;
    }

    @Override
    public void cut(int from, String why) {
      wrong.compareAndSet(null, why);
    }

    @Override
    public void fail(String why) {
      wrong.compareAndSet(null, why);
    }
  }

  /**
   * Messages a second through gateway and gate.
   *
   * @param batchMax messages of a frame at most
   * @param messages how many to send
   */
  public double batched(int batchMax, int messages) {
    int window = UNDER_WAY / batchMax;
    Semaphore room = new Semaphore(2 * UNDER_WAY);
    Sink sink = new Sink();
    AtomicReference<Gate.Inside> inside = new AtomicReference<>(sink);
    ActorRef<Frame> gateHere = spawn(here, Gate.of(0, 2, inside, window / ACKS));
    ActorRef<Frame> gateThere = spawn(there, Gate.of(1, 2, inside, window / ACKS));
    sink.back = there(gateHere);
    sink.gateway =
        spawn(
            here,
            Gateway.of(
                0,
                (int) LIMIT_S,
                why -> sink.cut(1, why),
                credit -> room.release((int) credit),
                batchMax,
                window));
    sink.gateway.tell(new Gateway.Connect(here(gateThere)));
    long startNs = System.nanoTime();
    for (int i = 0; i < messages; i++) {
      acquire(room);
      sink.gateway.tell(new Gateway.Post(1, MSI));
    }
    while (sink.delivered.get() < messages) {
      if (sink.wrong.get() != null || late(startNs)) {
        throw new ClusterException("delivered=" + sink.delivered + " " + sink.wrong);
      }
      Thread.onSpinWait();
    }
    double perS = messages / ((System.nanoTime() - startNs) / 1e9);
    sink.gateway.tell(Gateway.Stop.STOP);
    gateHere.tell(new Frame.Release());
    gateThere.tell(new Frame.Release());
    return perS;
  }

  /**
   * Messages a second if they were bytes that Akka sends as they are: frames as long as those of so
   * many messages, as many under way, and as many acknowledgements.
   */
  public double raw(int batchMax, int messages) {
    int window = UNDER_WAY / batchMax;
    int frames = Math.max(1, messages / batchMax);
    byte[] bytes =
        IrqlabSerializer.of(here)
            .toBinary(new Frame.Batch(0, 1, new int[batchMax], Collections.nCopies(batchMax, MSI)));
    Semaphore room = new Semaphore(window);
    AtomicLong came = new AtomicLong();
    ActorRef<Frame> back =
        spawn(
            here,
            Behaviors.receive(Frame.class)
                .onMessage(
                    Frame.Ack.class,
                    ack -> {
                      room.release(ack.from());
                      return Behaviors.same();
                    })
                .build());
    ActorRef<Frame> answer = there(back);
    int ackEvery = Math.max(1, window / ACKS);
    ActorRef<Object> sink =
        spawn(
            there,
            Behaviors.receive(Object.class)
                .onMessage(
                    byte[].class,
                    each -> {
                      if (came.incrementAndGet() % ackEvery == 0) {
                        answer.tell(new Frame.Ack(ackEvery, came.get()));
                      }
                      return Behaviors.same();
                    })
                .build());
    ActorRef<Object> to = here(sink);
    long startNs = System.nanoTime();
    for (int i = 0; i < frames; i++) {
      acquire(room);
      to.tell(bytes);
    }
    while (came.get() < frames) {
      if (late(startNs)) {
        throw new ClusterException("came=" + came + " of " + frames);
      }
      Thread.onSpinWait();
    }
    return (double) frames * batchMax / ((System.nanoTime() - startNs) / 1e9);
  }

  private static boolean late(long startNs) {
    return System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(LIMIT_S);
  }

  private static void acquire(Semaphore room) {
    try {
      if (!room.tryAcquire(LIMIT_S, TimeUnit.SECONDS)) {
        throw new ClusterException("no credit in " + LIMIT_S + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", interrupted);
    }
  }

  private <T> ActorRef<T> here(ActorRef<T> ref) {
    return across(ref, there, here);
  }

  private <T> ActorRef<T> there(ActorRef<T> ref) {
    return across(ref, here, there);
  }

  private static <T> ActorRef<T> across(
      ActorRef<T> ref, ActorSystem<?> owner, ActorSystem<?> other) {
    return ActorRefResolver.get(other)
        .resolveActorRef(ActorRefResolver.get(owner).toSerializationFormat(ref));
  }

  private static <T> ActorRef<T> spawn(ActorSystem<?> system, Behavior<T> behavior) {
    return system.systemActorOf(
        behavior,
        "irqlab-speed-" + NUMBER.incrementAndGet(),
        DispatcherSelector.fromConfig("irqlab.dispatcher"));
  }

  @Override
  public void close() {
    ClusterNode.end(here);
    ClusterNode.end(there);
  }
}
