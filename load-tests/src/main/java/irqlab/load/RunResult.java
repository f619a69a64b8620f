package irqlab.load;

import irqlab.live.Lateness;
import irqlab.live.Unrecorded;
import irqlab.observe.Ledger;
import irqlab.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a run left, whatever it ran on.
 *
 * @param scenario what was run, every setting filled in
 * @param mode {@code virtual} or {@code wall}
 * @param nodes JVMs that took part
 * @param partial true when it was interrupted before its stop rule held
 * @param bootPs machine time of the end of boot
 * @param modelPs machine time of the end
 * @param wallNs how long it took
 * @param events messages and alarms delivered
 * @param ties messages that met another sender's at the same component and time
 * @param digest of everything that was delivered; 0 for {@code wall}
 * @param paths of the components by id; the component of a ledger row is a place here
 * @param ledger the closed books
 * @param components what each component showed at the end, by path
 * @param lateness how late it was against its own times; empty for {@code virtual}, which never is
 * @param losses nodes that were lost, and how; the books name what was lost with them
 * @param unrecorded what the recording lacks, of a run that was recorded
 */
public record RunResult(
    Scenario scenario,
    String mode,
    int nodes,
    boolean partial,
    long bootPs,
    long modelPs,
    long wallNs,
    long events,
    long ties,
    long digest,
    List<String> paths,
    Ledger ledger,
    Map<String, Snapshot> components,
    Optional<Lateness> lateness,
    Map<String, String> losses,
    Unrecorded unrecorded) {
  /** A run that lost no node and kept no arrivals. */
  public RunResult(
      Scenario scenario,
      String mode,
      int nodes,
      boolean partial,
      long bootPs,
      long modelPs,
      long wallNs,
      long events,
      long ties,
      long digest,
      List<String> paths,
      Ledger ledger,
      Map<String, Snapshot> components,
      Optional<Lateness> lateness) {
    this(
        scenario,
        mode,
        nodes,
        partial,
        bootPs,
        modelPs,
        wallNs,
        events,
        ties,
        digest,
        paths,
        ledger,
        components,
        lateness,
        Map.of(),
        Unrecorded.NOTHING);
  }

  /** This result as one of another scenario. */
  public RunResult withScenario(Scenario next) {
    return new RunResult(
        next,
        mode,
        nodes,
        partial,
        bootPs,
        modelPs,
        wallNs,
        events,
        ties,
        digest,
        paths,
        ledger,
        components,
        lateness,
        losses,
        unrecorded);
  }

  /** What a component showed; empty when it is not there. */
  public Snapshot component(String path) {
    return components.getOrDefault(path, new Snapshot());
  }
}
