package irqlab.live;

import irqlab.runtime.Message;
import java.util.Map;

/**
 * A live machine as its owner runs it, wherever its components are. Any thread may {@link #inject};
 * the rest is for one owner, in the order in which it stands here.
 */
public interface WholeMachine {
  /** Machine time 0 is now; every component may start. */
  void start();

  /** Gives a message of the outside world to a component. */
  void inject(String path, Message message);

  /** Where the machine stands, as far as it is known here. */
  Progress progress();

  /** What one component has raised so far, as far as it is known here. */
  long raised(int id);

  /** Waits until the rule says that the run is over, or a process of the machine is lost. */
  void await(StopRule rule);

  /**
   * Ends the run and closes the books.
   *
   * @param stopSources asks the sources of load to raise no more; may do nothing
   * @param settleNs how long to wait after that for every interrupt to get its fate; the rest is
   *     pending in the books
   */
  LiveResult finish(Runnable stopSources, long settleNs);

  /** Processes of the machine that were lost, and how, in the order of noticing. */
  Map<String, String> losses();

  /** What the recording lacks, if there is one; known after {@link #finish}. */
  Unrecorded unrecorded();
}
