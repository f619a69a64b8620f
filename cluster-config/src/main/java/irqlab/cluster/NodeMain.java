package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * One process of a cluster: it joins, says so on standard output, hosts what it is told, and ends
 * when its standard input does. So no process outlives the one that started it.
 *
 * <pre>
 * java -cp ... irqlab.cluster.NodeMain --name node2 --role pcie,ioapic --join 127.0.0.1:40001
 * </pre>
 */
public final class NodeMain {
  /** What a node prints when it has joined; its address follows. */
  static final String READY = "irqlab-node-ready ";

  private static final long JOIN_S = 30;

  private NodeMain() {}

  /** Runs until standard input ends. Exit 2 for arguments, 4 when it cannot join. */
  public static void main(String[] arguments) throws IOException {
    String name = null;
    String role = "cpu,ioapic,pcie";
    String join = null;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--name" -> name = arguments[i + 1];
        case "--role" -> role = arguments[i + 1];
        case "--join" -> join = arguments[i + 1];
        default -> {
          System.err.println("unknown argument " + arguments[i]);
          System.exit(2);
        }
      }
    }
    if (name == null || join == null || arguments.length % 2 != 0) {
      System.err.println("arguments: --name NODE --join HOST:PORT [--role ROLE,ROLE]");
      System.exit(2);
    }
    System.exit(run(name, role, join));
  }

  private static int run(String name, String role, String join) throws IOException {
    ActorSystem<Void> system = ClusterNode.system(role);
    try {
      ClusterNode.join(system, join);
      NodeAgent.spawn(system, name);
      long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_S);
      while (ClusterNode.up(system) < 2) {
        if (System.nanoTime() > limitNs) {
          System.err.println("node=" + name + " join=" + join + ": no answer in " + JOIN_S + " s");
          return 4;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
      System.out.println(READY + ClusterNode.address(system));
      System.out.flush();
      while (System.in.read() >= 0) {
        // What is written to a node means nothing; the end does.
      }
      return 0;
    } catch (InterruptedException interrupted) {
      return 4;
    } finally {
      system.terminate();
      try {
        system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
      } catch (Exception late) {
        System.err.println("node=" + name + " ends without leaving in order: " + late);
      }
    }
  }
}
