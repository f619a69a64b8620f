package irqlab.cli;

import irqlab.scenario.Scenario;
import java.nio.file.Path;
import java.util.Optional;

/** A fault of the program in the middle of a run, with what is needed to see it again. */
final class CrashException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Scenario scenario;
  private final transient Optional<Path> directory;

  /**
   * Wraps the fault.
   *
   * @param scenario what ran
   * @param directory where the run keeps its files; empty when it keeps none
   */
  CrashException(Throwable fault, Scenario scenario, Optional<Path> directory) {
    super(fault.getMessage(), fault);
    this.scenario = scenario;
    this.directory = directory;
  }

  Scenario scenario() {
    return scenario;
  }

  Optional<Path> directory() {
    return directory;
  }
}
