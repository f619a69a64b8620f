package irqlab.cluster;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import irqlab.wire.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that is one node of a cluster: it joins, or makes a new one, hosts what a coordinator
 * tells it, run after run, and leaves in order when it is asked to end.
 */
public final class NodeServer {
  /** Exit code: it did not join, was taken out of the cluster, or does not fit to it. */
  public static final int CLUSTER = 4;

  /** What a node prints when it has joined; its address follows. */
  static final String READY = "irqlab-node-ready ";

  private static final long JOIN_S = 60;
  private static final long LEAVE_S = 20;
  private static final long NEVER_IN_S = 2;
  private static final long LOOK_MS = 20;

  private final ClusterSettings settings;
  private final String join;
  private final OptionalInt httpPort;
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean inOrder;
  private boolean guided;
  private SeedCheck seed;

  /**
   * A node.
   *
   * @param join host and port of any node of the cluster; empty to make a new one
   * @param httpPort of the status pages on the loopback interface, 0 for any; or none
   */
  public NodeServer(ClusterSettings settings, String join, OptionalInt httpPort) {
    this.settings = settings;
    this.join = join;
    this.httpPort = httpPort;
  }

  /**
   * Ends when this input does, and only then: signals that come earlier wait for it. For a process
   * that belongs to the one that writes there.
   */
  public void endWithInput(InputStream in) {
    guided = true;
    Thread reader =
        new Thread(
            () -> {
              try {
                while (in.read() >= 0) {
                  // What is written to a node means nothing; the end does.
                }
              } catch (IOException broken) {
                // As good as an end.
              }
              end.countDown();
            },
            "irqlab-input");
    reader.setDaemon(true);
    reader.start();
  }

  /** Asks the node to hand over its books and leave; returns when it has, or after 20 s. */
  public void endInOrder() {
    inOrder = !guided;
    if (!guided) {
      end.countDown();
    }
    try {
      boolean done = guided ? waitForEver() : ended.await(LEAVE_S, TimeUnit.SECONDS);
      if (!done) {
        System.err.println("irqlab: node=" + settings.name() + " ends without leaving in order");
      }
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean waitForEver() throws InterruptedException {
    ended.await();
    return true;
  }

  /**
   * Runs until it is asked to end or is taken out of the cluster.
   *
   * @param out told when the node is ready
   * @param err told what went wrong
   * @return the exit code: 0, or {@link #CLUSTER}
   */
  public int run(PrintStream out, PrintStream err) {
    seed = new SeedCheck(join, ClusterNode.config(settings));
    Optional<String> wrong =
        join.isEmpty() ? Optional.empty() : seed.silence(() -> end.getCount() == 0);
    wrong = join.isEmpty() || guided ? wrong : wrong.or(seed::foreign);
    if (wrong.isPresent()) {
      err.println("irqlab: " + wrong.get());
      return CLUSTER;
    }
    Thread hook = new Thread(this::endInOrder, "irqlab-leave");
    Runtime.getRuntime().addShutdownHook(hook);
    ActorSystem<Void> system = ClusterNode.system(settings);
    CountDownLatch left = new CountDownLatch(1);
    boolean up = false;
    try {
      ClusterNode.join(system, join.isEmpty() ? ClusterNode.address(system) : join);
      ActorRef<Frame> agent =
          NodeAgent.spawn(system, settings.name(), settings.roles(), left::countDown);
      Optional<String> fault = joined(system);
      if (fault.isPresent()) {
        err.println("irqlab: " + fault.get());
        return CLUSTER;
      }
      up = ClusterNode.selfUp(system);
      try (NodePages pages = NodePages.open(system, settings.name(), httpPort)) {
        out.println(READY + ClusterNode.address(system) + pages.text());
        out.flush();
        return serve(system, agent, left, err);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return CLUSTER;
    } catch (IOException taken) {
      err.println("irqlab: the status pages have no port: " + taken.getMessage());
      return CLUSTER;
    } finally {
      // Who was never in has nothing to leave in order.
      ClusterNode.end(system, up || !guided ? ClusterNode.END_S : NEVER_IN_S);
      ended.countDown();
    }
  }

  // Says what is wrong, or nothing when this node is up.
  private Optional<String> joined(ActorSystem<Void> system) throws InterruptedException {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_S);
    while (!ClusterNode.selfUp(system)) {
      Optional<String> misfit = guided ? Optional.empty() : ClusterNode.ownMisfit(system);
      if (misfit.isPresent()) {
        return misfit;
      }
      if (end.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
      if (system.getWhenTerminated().toCompletableFuture().isDone()) {
        return Optional.of("E52 " + settings.name() + " was not let into the cluster of " + join);
      }
      Optional<String> stranger = join.isEmpty() ? Optional.empty() : seed.stranger(system);
      if (stranger.isPresent()) {
        return stranger;
      }
      if (System.nanoTime() > limitNs) {
        return Optional.of("E52 no answer from " + join + " in " + JOIN_S + " s");
      }
    }
    return guided ? Optional.empty() : ClusterNode.ownMisfit(system);
  }

  private int serve(
      ActorSystem<Void> system, ActorRef<Frame> agent, CountDownLatch left, PrintStream err)
      throws InterruptedException {
    while (!end.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
      // Begun is enough: Akka's end of broken connections may never come.
      if (CoordinatedShutdown.get(system).getShutdownReason().isPresent()) {
        err.println(
            "irqlab: "
                + settings.name()
                + " was taken out of the cluster: it could not be reached");
        return CLUSTER;
      }
    }
    if (inOrder) {
      agent.tell(new Frame.Leave());
      left.await(LEAVE_S / 2, TimeUnit.SECONDS);
    }
    return 0;
  }
}
