package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import irqlab.live.Inspection;
import irqlab.runtime.Message;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A member of somebody's cluster that hosts a part of a machine: run after run of the machine of
 * this name, one at a time. Hosts of other machines may be in the same actor system.
 *
 * <p>It is one actor; while a machine runs, that machine's actors are beside it. It neither joins
 * nor leaves a cluster.
 */
public final class MachineHost implements AutoCloseable {
  private static final long LEAVE_S = 10;

  private final String machine;
  private final String name;
  private final ActorRef<Frame> agent;
  private final CountDownLatch left = new CountDownLatch(1);
  private volatile NodePart part;

  MachineHost(
      ActorSystem<?> system, String machine, String name, List<String> roles, HostParts own) {
    this.machine = machine;
    this.name = name;
    agent =
        system.systemActorOf(
            NodeAgent.of(
                Realm.Guest.key(machine), name, roles, own, now -> part = now, left::countDown),
            Realm.Guest.actorOf(name, WireVersion.own()),
            DispatcherSelector.blocking());
  }

  /** The name of its machine. */
  public String machine() {
    return machine;
  }

  /** Its own. */
  public String name() {
    return name;
  }

  /** Whether a part of a machine is here now. */
  public boolean hosting() {
    return part != null;
  }

  /**
   * The way in to a PCIe function of the machine that runs, for whoever is on this member; any
   * thread.
   */
  public ExternalPort external(String endpoint) {
    return new ExternalPort(this::send, "pcie/" + endpoint);
  }

  /**
   * As {@link Machine#send}, for a component wherever it is; any thread.
   *
   * <p>Errors: {@link IllegalStateException} when no machine is here.
   */
  public void send(String path, Message message) {
    running().machine().inject(path, message);
  }

  /**
   * What a component that is hosted here shows of itself now.
   *
   * <p>Errors: {@link IllegalStateException} when no machine is here.
   */
  public Inspection inspect(String path) {
    return running().machine().inspect(path);
  }

  private NodePart running() {
    return Optional.ofNullable(part)
        .orElseThrow(
            () ->
                new IllegalStateException("host=" + name + " has no part of " + machine + " now"));
  }

  /**
   * Hands over the books of a machine that runs, which ends with it, and takes the host out of the
   * actor system, which stays. Returns when that is done, or after 10 s.
   */
  @Override
  public void close() {
    agent.tell(new Frame.Leave());
    try {
      if (!left.await(LEAVE_S, TimeUnit.SECONDS)) {
        throw new IllegalStateException("host=" + name + " takes longer than " + LEAVE_S + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
