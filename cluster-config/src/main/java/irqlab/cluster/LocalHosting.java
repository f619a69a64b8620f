package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.live.LiveMachine;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.runtime.Message;
import java.util.Map;

/** A machine that is all in this process. */
record LocalHosting(LiveMachine live, Outside outside) implements Hosting {
  @Override
  public void await(StopRule rule) {
    live.await(rule);
  }

  @Override
  public Progress progress() {
    return live.progress();
  }

  @Override
  public long bootedPs() {
    return outside.bootedPs();
  }

  @Override
  public void send(String path, Message message) {
    live.inject(path, message);
  }

  @Override
  public Inspection inspect(String path) {
    return live.inspect(path);
  }

  @Override
  public LiveResult finish(long settleNs) {
    long untilNs = System.nanoTime() + settleNs;
    live.await(now -> (now.inFlight() == 0 && now.open() == 0) || System.nanoTime() >= untilNs);
    return live.finish(() -> {}, Math.max(0, untilNs - System.nanoTime()));
  }

  @Override
  public Map<String, String> losses() {
    return Map.of();
  }

  @Override
  public void close() {
    live.close();
  }
}
