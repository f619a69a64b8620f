package irqlab.cluster;

import irqlab.live.LiveOptions;
import irqlab.runtime.Plan;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What another program might have under this name: it puts the 8259A pair elsewhere. */
public final class OtherTopologyBuilder implements MachineBuilder {
  @Override
  public String name() {
    return TopologyBuilder.NAME;
  }

  @Override
  public Blueprint read(String text, int nodes) {
    Blueprint usual = new TopologyBuilder().read(text, nodes);
    return new Blueprint() {
      @Override
      public long seed() {
        return usual.seed();
      }

      @Override
      public LiveOptions options() {
        return usual.options();
      }

      @Override
      public int nodeOf(String path) {
        return path.equals("pic") ? 1 : usual.nodeOf(path);
      }

      @Override
      public String roleOf(String path) {
        return usual.roleOf(path);
      }

      @Override
      public Plan plan(Predicate<String> hosted) {
        return usual.plan(hosted);
      }

      @Override
      public Plan plan(Predicate<String> hosted, Map<String, Supplier<?>> models) {
        return usual.plan(hosted, models);
      }
    };
  }
}
