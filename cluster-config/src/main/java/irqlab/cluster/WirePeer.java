package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.runtime.Message;
import irqlab.wire.Frame;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The other JVM of {@link WireSpeed}: takes what comes, and says that it has come. */
final class WirePeer {
  /** A gate; what is in its batches goes nowhere. */
  static final String GATE = "gate";

  /** An actor that takes bytes as they are. */
  static final String BYTES = "bytes";

  private final ActorSystem<Void> system = ClusterNode.system(ClusterSettings.local("node2"));
  private final AtomicInteger number = new AtomicInteger();

  private WirePeer() {}

  /** Runs until standard input ends. */
  public static void main(String[] none) throws IOException {
    WirePeer peer = new WirePeer();
    ActorRef<Frame> desk = peer.spawn(peer.desk());
    System.out.println(NodeServer.READY + peer.resolver().toSerializationFormat(desk));
    while (System.in.read() >= 0) {
      // Nothing is said there.
    }
    ClusterNode.end(peer.system);
  }

  private ActorRefResolver resolver() {
    return ActorRefResolver.get(system);
  }

  // Asked with what is wanted, how many make an acknowledgement, to whom that goes, and who asks.
  private Behavior<Frame> desk() {
    return Behaviors.receive(Frame.class)
        .onMessage(
            Frame.Gates.class,
            asked -> {
              int ackEvery = Integer.parseInt(asked.gates().get(1));
              ActorRef<Frame> ackTo = resolver().resolveActorRef(asked.gates().get(2));
              ActorRef<Frame> replyTo = resolver().resolveActorRef(asked.gates().get(3));
              ActorRef<?> made =
                  asked.gates().get(0).equals(GATE)
                      ? spawn(Gate.of(1, 2, new AtomicReference<>(new Sink(ackTo)), ackEvery))
                      : spawn(bytes(ackEvery, ackTo));
              replyTo.tell(
                  new Frame.Hosting(asked.gates().get(0), resolver().toSerializationFormat(made)));
              return Behaviors.same();
            })
        .build();
  }

  private static Behavior<Object> bytes(int ackEvery, ActorRef<Frame> ackTo) {
    int[] came = new int[1];
    return Behaviors.receive(Object.class)
        .onMessage(
            byte[].class,
            each -> {
              if (++came[0] % ackEvery == 0) {
                ackTo.tell(new Frame.Ack(ackEvery, came[0]));
              }
              return Behaviors.same();
            })
        .build();
  }

  private <T> ActorRef<T> spawn(Behavior<T> behavior) {
    return system.systemActorOf(
        behavior,
        "irqlab-peer-" + number.incrementAndGet(),
        DispatcherSelector.fromConfig("irqlab.dispatcher"));
  }

  /** A node without components. */
  private record Sink(ActorRef<Frame> back) implements Gate.Inside {
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
      return true;
    }

    @Override
    public ActorRef<Gateway.Command> gateway(int node) {
      throw new IllegalStateException("nothing goes to node=" + node);
    }

    @Override
    public ActorRef<Frame> gate(int node) {
      return back;
    }

    @Override
    public void fail(String why) {
      throw new IllegalStateException(why);
    }
  }
}
