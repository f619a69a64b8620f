package irqlab.load;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Makes a process slow: stops and continues it five times a second, until it is closed. */
final class DutyCycle implements AutoCloseable {
  private static final double PERIOD_S = 0.2;

  private final long pid;
  private final Process shell;

  /**
   * Begins.
   *
   * @param stoppedPercent of the time that it stands still
   */
  DutyCycle(long pid, int stoppedPercent) throws IOException {
    this.pid = pid;
    double stoppedS = PERIOD_S * stoppedPercent / 100;
    // Ends by itself with the process, or with this one.
    String loop =
        String.format(
            Locale.ROOT,
            "while kill -0 %d && kill -STOP %d && sleep %.3f && kill -CONT %d; do sleep %.3f; done;"
                + " kill -CONT %d",
            ProcessHandle.current().pid(),
            pid,
            stoppedS,
            pid,
            PERIOD_S - stoppedS,
            pid);
    shell =
        new ProcessBuilder("sh", "-c", loop)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  @Override
  public void close() throws IOException {
    shell.destroyForcibly();
    try {
      shell.waitFor(1, TimeUnit.SECONDS);
      new ProcessBuilder("kill", "-CONT", Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
    }
  }
}
