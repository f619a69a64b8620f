package irqlab.load;

import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.observe.Ledger;
import irqlab.observe.Mark;
import irqlab.runtime.Plan;
import irqlab.scenario.Target;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a live run must know of its devices while it goes on: raises by entry, and sums. Written by
 * the threads of all components, read by the one that looks for the end.
 */
final class LiveBooks implements Ledger.Recorder {
  private static final int ENTRIES = InterruptId.ENTRY_MAX + 1;

  private final Plan plan;
  private final AtomicLongArray[] raised;
  private final LongAdder sum = new LongAdder();
  private final LongAdder handled = new LongAdder();
  private final LongAdder collapsed = new LongAdder();

  LiveBooks(Plan plan) {
    this.plan = plan;
    raised = new AtomicLongArray[plan.size()];
    for (int id = 0; id < raised.length; id++) {
      raised[id] = RunBooks.ofDevice(plan.path(id)) ? new AtomicLongArray(ENTRIES) : null;
    }
  }

  @Override
  public void raised(long id) {
    AtomicLongArray entries = raised[InterruptId.component(id)];
    if (entries != null) {
      // One actor raises what a component raises.
      int entry = InterruptId.entry(id);
      entries.setOpaque(entry, entries.getPlain(entry) + 1);
      sum.increment();
    }
  }

  @Override
  public void fate(long id, Fate fate, int cpu, int vector, long latencyPs) {
    if (raised[InterruptId.component(id)] != null) {
      if (fate == Fate.HANDLED) {
        handled.increment();
      } else if (fate.collapsed()) {
        collapsed.increment();
      }
    }
  }

  @Override
  public void mark(Mark mark, long id, long a, long b) {}

  long raised() {
    return sum.sum();
  }

  long raised(Target target) {
    int endpoint = plan.find("pcie/" + target.source());
    int component = endpoint >= 0 ? endpoint : plan.find("legacy/" + target.source());
    return raised[component].getOpaque(target.entry());
  }

  Progress progress(long wallNs, boolean done) {
    return new Progress(wallNs * 1000, wallNs, sum.sum(), handled.sum(), collapsed.sum(), done);
  }
}
