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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * How many messages a second go from one JVM to another over a socket of the loopback interface: by
 * gateway and gate with batches of some size, and as plain bytes of the same length by Akka alone.
 * For measuring. A run ends when all that was sent is acknowledged.
 */
public final class WireSpeed implements AutoCloseable {
  /** Messages on their way, whatever the size of a batch: as many as a gateway lets out. */
  private static final int UNDER_WAY = Gateway.WINDOW * Gateway.BATCH_MAX;

  private static final int ACKS = 8;
  private static final long LIMIT_S = 120;
  private static final long POLL_NS = 100_000;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Message MSI =
      new RootComplexMessage.MsiWrite(0x10020001L, 77, 0xfee00000L, 0x4041, 0x20, 0);

  private final ActorSystem<Void> here = ClusterNode.system(ClusterSettings.local("node1"));
  private final NodeProcess process;
  private final ActorRef<Frame> desk;

  /** Starts the other JVM. */
  public WireSpeed() {
    process = NodeProcess.start("peer", WirePeer.class, List.of(), List.of("-Xmx256m"));
    desk = resolve(process.awaitReady(LIMIT_S));
  }

  /** The gate here, which only gets acknowledgements. */
  private static final class Answers implements Gate.Inside {
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private volatile ActorRef<Gateway.Command> gateway;

    @Override
    public boolean take(int from, int messages) {
      return false;
    }

    @Override
    public boolean crowded() {
      return false;
    }

    @Override
    public boolean deliver(int receiver, Message message) {
      return false;
    }

    @Override
    public ActorRef<Gateway.Command> gateway(int node) {
      return gateway;
    }

    @Override
    public ActorRef<Frame> gate(int node) {
      throw new IllegalStateException("nothing comes from node=" + node);
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
    Answers answers = new Answers();
    AtomicLong came = new AtomicLong();
    ActorRef<Frame> gateHere = spawn(Gate.of(0, 2, new AtomicReference<>(answers)));
    ActorRef<Frame> gateThere = ask(WirePeer.GATE, window / ACKS, gateHere);
    Departures departures = new Departures();
    ActorRef<Gateway.Command> gateway =
        spawn(
            Gateway.of(
                departures,
                0,
                (int) LIMIT_S,
                answers::fail,
                credit -> {
                  came.addAndGet(credit);
                  room.release((int) credit);
                },
                batchMax,
                window));
    departures.to(gateway);
    answers.gateway = gateway;
    gateway.tell(new Gateway.Connect(gateThere));
    long startNs = System.nanoTime();
    for (int i = 0; i < messages; i++) {
      if (i % batchMax == 0) {
        acquire(room, Math.min(batchMax, messages - i));
      }
      departures.post(1, MSI);
    }
    await(came, messages, startNs, answers.wrong);
    double perS = messages / ((System.nanoTime() - startNs) / 1e9);
    gateway.tell(Gateway.Stop.STOP);
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
    int ackEvery = Math.max(1, window / ACKS);
    int frames = Math.max(1, messages / batchMax / ackEvery) * ackEvery;
    byte[] bytes =
        IrqlabSerializer.of(here)
            .toBinary(new Frame.Batch(0, 1, new int[batchMax], Collections.nCopies(batchMax, MSI)));
    Semaphore room = new Semaphore(window);
    AtomicLong came = new AtomicLong();
    ActorRef<Frame> back =
        spawn(
            Behaviors.receive(Frame.class)
                .onMessage(
                    Frame.Ack.class,
                    ack -> {
                      came.addAndGet(ack.from());
                      room.release(ack.from());
                      return Behaviors.same();
                    })
                .build());
    ActorRef<Object> to = ask(WirePeer.BYTES, ackEvery, back).unsafeUpcast();
    long startNs = System.nanoTime();
    for (int i = 0; i < frames; i++) {
      acquire(room, 1);
      to.tell(bytes);
    }
    await(came, frames, startNs, new AtomicReference<>());
    return (double) frames * batchMax / ((System.nanoTime() - startNs) / 1e9);
  }

  // Has the other JVM make somebody to send to.
  private ActorRef<Frame> ask(String kind, int ackEvery, ActorRef<Frame> ackTo) {
    CompletableFuture<String> address = new CompletableFuture<>();
    ActorRef<Frame> replyTo =
        spawn(
            Behaviors.receive(Frame.class)
                .onMessage(
                    Frame.Hosting.class,
                    hosting -> {
                      address.complete(hosting.gate());
                      return Behaviors.stopped();
                    })
                .build());
    desk.tell(
        new Frame.Gates(
            List.of(kind, Integer.toString(ackEvery), address(ackTo), address(replyTo))));
    try {
      return resolve(address.get(LIMIT_S, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", interrupted);
    } catch (ExecutionException | TimeoutException broken) {
      throw new ClusterException("the other JVM does not answer: " + broken, broken);
    }
  }

  private static void await(
      AtomicLong came, long wanted, long startNs, AtomicReference<String> wrong) {
    while (came.get() < wanted) {
      if (wrong.get() != null || System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(LIMIT_S)) {
        throw new ClusterException("came=" + came + " of " + wanted + " " + wrong);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static void acquire(Semaphore room, int permits) {
    try {
      if (!room.tryAcquire(permits, LIMIT_S, TimeUnit.SECONDS)) {
        throw new ClusterException("no credit in " + LIMIT_S + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", interrupted);
    }
  }

  private ActorRef<Frame> resolve(String address) {
    return ActorRefResolver.get(here).resolveActorRef(address);
  }

  private String address(ActorRef<Frame> ref) {
    return ActorRefResolver.get(here).toSerializationFormat(ref);
  }

  private <T> ActorRef<T> spawn(Behavior<T> behavior) {
    return here.systemActorOf(
        behavior,
        "irqlab-speed-" + NUMBER.incrementAndGet(),
        DispatcherSelector.fromConfig("irqlab.dispatcher"));
  }

  @Override
  public void close() {
    process.close();
    ClusterNode.end(here);
  }
}
