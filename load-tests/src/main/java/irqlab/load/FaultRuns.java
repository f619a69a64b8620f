package irqlab.load;

import com.typesafe.config.ConfigFactory;
import irqlab.cluster.ClusterSettings;
import irqlab.cluster.Coordinator;
import irqlab.cluster.NodeProcess;
import irqlab.live.LiveResult;
import irqlab.live.StopRule;
import irqlab.observe.Fate;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Rng;
import irqlab.scenario.Scenarios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a machine over three processes of this host and harms one at a random moment: kills it,
 * pauses it for 20 s, cuts its cable, or tells it to end. Looks whether the run ends within the
 * stated time, names the node, balances, and leaves no process.
 */
public final class FaultRuns {
  /** What is done to a node. */
  public enum Harm {
    /** SIGKILL. */
    KILL,
    /** SIGSTOP, and SIGCONT 20 s later. */
    PAUSE,
    /** Nothing reaches it any more. */
    CUT
  }

  /**
   * What became of one run.
   *
   * @param endS from the harm to the closed books
   * @param lost interrupts that were lost with the node
   * @param wrong what is not as it should be; empty when all is
   */
  public record Outcome(
      Harm harm, String node, double endS, long raised, long lost, List<String> wrong) {
    /** Copies the list. */
    public Outcome {
      wrong = List.copyOf(wrong);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-5s %s   ended after %.1f s   %d raised, %d lost with it   %s",
          harm.name().toLowerCase(Locale.ROOT),
          node,
          endS,
          raised,
          lost,
          wrong.isEmpty() ? "balance: exact" : "WRONG: " + String.join("; ", wrong));
    }
  }

  /** Within so long after the harm the books are closed: 8 s to notice, 3 s to rest, and work. */
  public static final double END_S = 20;

  private static final int OTHERS = 2;
  private static final long PAUSE_S = 20;
  private static final List<String> JVM =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private FaultRuns() {}

  /**
   * One run.
   *
   * @param random says which node and when
   * @param lostAfterS when a node that says nothing is lost
   * @param news told who joins and who is lost
   */
  public static Outcome run(Harm harm, Rng random, long lostAfterS, Consumer<String> news) {
    List<Cable> cables = new ArrayList<>();
    List<NodeProcess> processes = List.of();
    List<String> wrong = new ArrayList<>();
    Outcome outcome;
    try (Coordinator coordinator = open(cables, lostAfterS, news)) {
      processes = coordinator.launch(options(cables, lostAfterS));
      coordinator.host(ScenarioBuilder.NAME, Scenarios.text("nvme4"));
      coordinator.start();
      long atNs = 500_000_000L + random.nextInt(2_000_000) * 1000L;
      coordinator.await(StopRule.wallNs(atNs));
      int victim = random.nextInt(OTHERS);
      long harmedNs = System.nanoTime();
      harm(harm, processes.get(victim), cables.get(victim + 1));
      coordinator.await(StopRule.wallNs(atNs + TimeUnit.SECONDS.toNanos(60)));
      LiveResult result =
          coordinator.finish(
              () -> coordinator.inject(Machines.LOAD, new LoadMessage.Stop()), 1_000_000_000L);
      double endS = (System.nanoTime() - harmedNs) / 1e9;
      String name = processes.get(victim).name();
      Map<String, String> losses = coordinator.losses();
      if (losses.keySet().stream().noneMatch(each -> each.contains(name))) {
        wrong.add("losses=" + losses);
      }
      if (!result.ledger().balanced()) {
        wrong.add("the books do not balance");
      }
      if (endS > END_S) {
        wrong.add("it took more than " + END_S + " s");
      }
      long raised = result.ledger().raised();
      outcome = new Outcome(harm, name, endS, raised, result.ledger().fate(Fate.LOST_NODE), wrong);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } finally {
      cables.forEach(Cable::close);
    }
    for (NodeProcess each : processes) {
      if (each.alive()) {
        wrong.add(each.name() + " is left behind");
      }
    }
    return new Outcome(
        harm, outcome.node(), outcome.endS(), outcome.raised(), outcome.lost(), wrong);
  }

  private static Coordinator open(List<Cable> cables, long lostAfterS, Consumer<String> news)
      throws IOException {
    int port = Cable.freePort();
    Cable cable = new Cable(port);
    cables.add(cable);
    ClusterSettings local = ClusterSettings.local(Coordinator.NAME);
    String ports =
        "akka.remote.artery { canonical.port = %d, bind.port = %d }, irqlab.cluster.lost-after = %ds";
    return Coordinator.open(
        new ClusterSettings(
            local.name(),
            local.roles(),
            ConfigFactory.parseString(String.format(ports, cable.port(), port, lostAfterS))),
        news);
  }

  private static List<List<String>> options(List<Cable> cables, long lostAfterS)
      throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < OTHERS; i++) {
      int port = Cable.freePort();
      Cable cable = new Cable(port);
      cables.add(cable);
      List<String> options = new ArrayList<>(JVM);
      options.add("-Dakka.remote.artery.canonical.port=" + cable.port());
      options.add("-Dakka.remote.artery.bind.port=" + port);
      options.add("-Dirqlab.cluster.lost-after=" + lostAfterS + "s");
      all.add(options);
    }
    return all;
  }

  private static void harm(Harm harm, NodeProcess process, Cable cable) throws IOException {
    switch (harm) {
      case KILL -> process.kill();
      case CUT -> cable.cut();
      case PAUSE -> {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-STOP", pid).start();
        String again = "sleep " + PAUSE_S + "; kill -CONT " + pid + " 2>/dev/null";
        new ProcessBuilder("sh", "-c", again).start();
      }
    }
  }
}
