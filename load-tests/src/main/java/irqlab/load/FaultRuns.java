package irqlab.load;

import com.typesafe.config.ConfigFactory;
import irqlab.cluster.ClusterSettings;
import irqlab.cluster.Coordinator;
import irqlab.cluster.NodeProcess;
import irqlab.live.LiveResult;
import irqlab.live.Replay;
import irqlab.live.StopRule;
import irqlab.live.Unrecorded;
import irqlab.observe.Fate;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Rng;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import irqlab.scenario.Scenarios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a machine over three processes of this host and does some {@link Harm} to one at a random
 * moment. Looks whether the run ends within the stated time, or goes on where it must; names the
 * node, balances, leaves no process, and does again what was recorded.
 */
public final class FaultRuns {
  /**
   * What became of one run.
   *
   * @param endS from the harm to the closed books, or from the end of a run that went on
   * @param goneOn whether the run went on until it was ended
   * @param lost interrupts that were lost with the node
   * @param wrong what is not as it should be; empty when all is
   */
  public record Outcome(
      Harm harm,
      String node,
      double endS,
      boolean goneOn,
      long raised,
      long lost,
      List<String> wrong) {
    /** Copies the list. */
    public Outcome {
      wrong = List.copyOf(wrong);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-13s %s   %s after %.1f s   %d raised, %d lost with it   %s",
          harm.name().toLowerCase(Locale.ROOT),
          node,
          goneOn ? "went on, ended" : "ended",
          endS,
          raised,
          lost,
          wrong.isEmpty() ? "balance: exact" : "WRONG: " + String.join("; ", wrong));
    }
  }

  /** The books are closed so long after a node counts as lost: 3 s to rest, and work. */
  public static final double END_S = 12;

  private static final String SCENARIO = "nvme4";
  private static final int OTHERS = 2;

  /** A cut that heals: shorter than any time after which a node is lost. */
  private static final long BLINK_NS = 3_000_000_000L;

  /** How long a run that goes on is looked at after the harm. */
  private static final long GO_ON_NS = 6_000_000_000L;

  private static final List<String> JVM =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Harm harm;
  private final Rng random;
  private final long lostAfterS;
  private final List<Cable> cables = new ArrayList<>();
  private Optional<NetworkNamespace> namespace = Optional.empty();
  private Optional<DutyCycle> slowness = Optional.empty();
  private final List<String> wrong = new ArrayList<>();

  private FaultRuns(Harm harm, Rng random, long lostAfterS) {
    this.harm = harm;
    this.random = random;
    this.lostAfterS = lostAfterS;
  }

  /** Why this harm cannot be done on this host, if so. */
  public static Optional<String> impossible(Harm harm) {
    return harm.network() ? NetworkNamespace.missing() : Optional.empty();
  }

  /**
   * One run.
   *
   * @param random says which node and when
   * @param lostAfterS when a node that says nothing is lost; more than the 3 s of a cut that heals
   * @param news told who joins and who is lost
   */
  public static Outcome run(Harm harm, Rng random, long lostAfterS, Consumer<String> news) {
    FaultRuns run = new FaultRuns(harm, random, lostAfterS);
    try (TemporaryFolder arrivals = TemporaryFolder.open("irqlab-faults")) {
      return run.run(arrivals.path(), news);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } finally {
      run.cables.forEach(Cable::close);
      run.namespace.ifPresent(NetworkNamespace::close);
    }
  }

  private Outcome run(Path arrivals, Consumer<String> news) throws IOException {
    List<NodeProcess> processes = List.of();
    Outcome outcome;
    if (harm.network()) {
      namespace = Optional.of(NetworkNamespace.open());
    }
    int victim = random.nextInt(OTHERS);
    try (Coordinator coordinator = open(news)) {
      processes = coordinator.launch(options(victim), wrappers(victim));
      coordinator.host(ScenarioBuilder.NAME, Scenarios.text(SCENARIO), Optional.of(arrivals));
      coordinator.start();
      long atNs = 500_000_000L + random.nextInt(2_000_000) * 1000L;
      coordinator.await(StopRule.wallNs(atNs));
      long raisedBefore = coordinator.progress().raised();
      long harmedNs = System.nanoTime();
      harm(processes.get(victim), victim);
      if (harm.end() != Harm.End.LOSS) {
        coordinator.await(StopRule.wallNs(atNs + BLINK_NS));
        heal(victim);
        coordinator.await(StopRule.wallNs(atNs + GO_ON_NS));
      } else {
        coordinator.await(StopRule.wallNs(atNs + TimeUnit.SECONDS.toNanos(60)));
      }
      Map<String, String> losses = coordinator.losses();
      boolean goneOn = losses.isEmpty();
      if (goneOn) {
        went(coordinator.progress().raised() - raisedBefore);
        harmedNs = System.nanoTime();
      }
      LiveResult result =
          coordinator.finish(
              () -> coordinator.inject(Machines.LOAD, new LoadMessage.Stop()), 1_000_000_000L);
      double endS = (System.nanoTime() - harmedNs) / 1e9;
      String name = processes.get(victim).name();
      judge(name, coordinator.losses(), result, endS);
      replay(arrivals, coordinator.unrecorded(), goneOn);
      outcome =
          new Outcome(
              harm,
              name,
              endS,
              goneOn,
              result.ledger().raised(),
              result.ledger().fate(Fate.LOST_NODE),
              wrong);
      if (slowness.isPresent()) {
        slowness.get().close();
      }
    }
    for (NodeProcess each : processes) {
      if (each.alive()) {
        wrong.add(each.name() + " is left behind");
      }
    }
    return new Outcome(
        harm,
        outcome.node(),
        outcome.endS(),
        outcome.goneOn(),
        outcome.raised(),
        outcome.lost(),
        wrong);
  }

  private void went(long raisedSince) {
    if (raisedSince == 0) {
      wrong.add("nothing was raised after it");
    }
  }

  private void judge(String name, Map<String, String> losses, LiveResult result, double endS) {
    boolean named = losses.keySet().stream().anyMatch(each -> each.contains(name));
    boolean right =
        switch (harm.end()) {
          case LOSS -> named;
          case NONE -> losses.isEmpty();
          case EITHER -> named || losses.isEmpty();
        };
    if (!right) {
      wrong.add("losses=" + losses);
    }
    if (!result.ledger().balanced()) {
      wrong.add("the books do not balance");
    }
    if (losses.isEmpty() && result.ledger().fate(Fate.LOST_NODE) != 0) {
      wrong.add("interrupts are lost with a node, and no node is");
    }
    if (endS > lostAfterS + END_S) {
      wrong.add("it took more than " + (lostAfterS + END_S) + " s");
    }
  }

  private void replay(Path arrivals, Unrecorded unrecorded, boolean whole) throws IOException {
    if (whole && !unrecorded.nothing()) {
      wrong.add("the recording is incomplete: " + unrecorded.sentences());
    }
    unrecorded.write(arrivals);
    Scenario scenario = ScenarioReader.parse(SCENARIO, Scenarios.text(SCENARIO));
    Replay.Result again = Replay.run(Machines.plan(scenario), scenario.seed(), arrivals);
    again.difference().ifPresent(each -> wrong.add("replay diverged: " + each));
    if (again.sends() == 0) {
      wrong.add("no message could be compared in a replay");
    }
  }

  private Coordinator open(Consumer<String> news) throws IOException {
    ClusterSettings local = ClusterSettings.local(Coordinator.NAME);
    List<String> settings = new ArrayList<>(settings(namespace.map(NetworkNamespace::hereAddress)));
    return Coordinator.open(
        new ClusterSettings(
            local.name(), local.roles(), ConfigFactory.parseString(String.join("\n", settings))),
        news);
  }

  private List<List<String>> options(int victim) throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < OTHERS; i++) {
      List<String> options = new ArrayList<>(JVM);
      int node = i;
      for (String each :
          settings(
              namespace.map(
                  space -> node == victim ? space.thereAddress() : space.hereAddress()))) {
        options.add("-D" + each);
      }
      all.add(options);
    }
    return all;
  }

  // Behind a cable, or at an address of the link.
  private List<String> settings(Optional<String> address) throws IOException {
    String lostAfter = "irqlab.cluster.lost-after=" + lostAfterS + "s";
    if (address.isPresent()) {
      return List.of(
          lostAfter,
          "irqlab.cluster.insecure-bind=on",
          "akka.remote.artery.canonical.hostname=" + address.get());
    }
    int port = Cable.freePort();
    Cable cable = new Cable(port);
    cables.add(cable);
    return List.of(
        lostAfter,
        "akka.remote.artery.canonical.port=" + cable.port(),
        "akka.remote.artery.bind.port=" + port);
  }

  private List<List<String>> wrappers(int victim) {
    List<List<String>> all = new ArrayList<>(Collections.nCopies(OTHERS, List.of()));
    namespace.ifPresent(space -> all.set(victim, space.wrapper()));
    return all;
  }

  private void harm(NodeProcess process, int victim) throws IOException {
    switch (harm) {
      case KILL -> process.kill();
      case CUT, BREAK -> cables.get(victim + 1).cut();
      case BLINK -> cables.get(victim + 1).hold();
      case NETWORK, NETWORK_BLINK -> namespace.orElseThrow().down();
      case SLOW -> slowness = Optional.of(new DutyCycle(process.pid(), 80 + random.nextInt(16)));
      case PAUSE -> {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-STOP", pid).start();
        String again = "sleep " + (2 * lostAfterS + 4) + "; kill -CONT " + pid + " 2>/dev/null";
        new ProcessBuilder("sh", "-c", again).start();
      }
    }
  }

  private void heal(int victim) throws IOException {
    switch (harm) {
      case BREAK -> cables.get(victim + 1).mend();
      case BLINK -> cables.get(victim + 1).release();
      case NETWORK_BLINK -> namespace.orElseThrow().up();
      default -> {}
    }
  }
}
