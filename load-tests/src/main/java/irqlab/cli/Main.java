package irqlab.cli;

import irqlab.load.TemporaryFolder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The program's entry.
 *
 * <p>Ctrl-C asks the run to end at its next check time and waits for its report; the shell then
 * sees the signal's own exit code, 130. A run that does not end within half a minute is left. What
 * has nothing to report ends at once.
 */
public final class Main {
  private static final long PATIENCE_S = 30;

  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args verb and options
   */
  public static void main(String[] args) {
    Interruption interruption = new Interruption();
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  interruption.ask();
                  if (interruption.heeded()) {
                    await(finished);
                  }
                  TemporaryFolder.removeAll();
                },
                "interrupted"));
    int code = Exit.FAULT;
    try {
      code = Cli.run(args, Console.ofProcess(interruption));
      if (System.out.checkError()) {
        System.err.println("irqlab: results could not be written to standard output");
        code = code == Exit.OK ? Exit.FAULT : code;
      }
    } finally {
      System.out.flush();
      System.err.flush();
      finished.countDown();
    }
    // Does nothing while the process already ends by a signal, whose code then stands.
    System.exit(code);
  }

  private static void await(CountDownLatch finished) {
    try {
      if (!finished.await(PATIENCE_S, TimeUnit.SECONDS)) {
        System.err.println("irqlab: the run did not come to a check time, its results are lost");
      }
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
    }
  }
}
