package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.runtime.Message;
import java.util.Map;

/**
 * How a {@link RunningMachine} is hosted: in one process, or over several. Any thread may {@link
 * #send}; the rest is for one owner.
 */
interface Hosting extends AutoCloseable {
  /** Waits until the rule holds. Errors: when a component fails or a host is lost. */
  void await(StopRule rule);

  Progress progress();

  /** When boot was over, in picoseconds; -1 before. */
  long bootedPs();

  void send(String path, Message message);

  Inspection inspect(String path);

  /** Waits until nothing is on its way and every raise has its fate, or so long; closes books. */
  LiveResult finish(long settleNs);

  /** Hosts that were lost, and how. */
  Map<String, String> losses();

  @Override
  void close();
}
