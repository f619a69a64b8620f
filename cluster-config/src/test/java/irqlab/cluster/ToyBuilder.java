package irqlab.cluster;

import irqlab.runtime.Plan;
import irqlab.runtime.ToyMachine;
import java.util.function.Predicate;

/**
 * Builds a {@link ToyMachine} from the text {@code SEED BLOCKS PER-BLOCK}; blocks are dealt out.
 */
public final class ToyBuilder implements MachineBuilder {
  @Override
  public String name() {
    return "toy";
  }

  @Override
  public Blueprint read(String text, int nodes) {
    String[] words = text.split(" ");
    long seed = Long.parseLong(words[0]);
    ToyMachine toy = ToyMachine.of(seed, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    return new Blueprint() {
      @Override
      public long seed() {
        return seed;
      }

      @Override
      public int nodeOf(String path) {
        return 1 + ToyMachine.block(path) % nodes;
      }

      @Override
      public String roleOf(String path) {
        return "cpu";
      }

      @Override
      public Plan plan(Predicate<String> hosted) {
        return toy.plan(hosted);
      }
    };
  }
}
