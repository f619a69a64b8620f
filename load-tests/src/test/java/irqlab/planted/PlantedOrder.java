package irqlab.planted;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Iterates in an order that nobody defined; and, as {@link Sorted}, in one that is defined. */
public final class PlantedOrder {
  /** The variable says HashMap. */
  public static final class OverHashMap {
    private final HashMap<String, Long> table = new HashMap<>();

    /** A sum in any order. */
    public long on() {
      long sum = 0;
      for (long each : table.values()) {
        sum = sum * 31 + each;
      }
      return sum;
    }
  }

  /** The variable says only Map. */
  public static final class OverMap {
    private final Map<String, Long> table = new HashMap<>();
    private long sum;

    /** A sum in any order. */
    public long on() {
      table.forEach((name, value) -> sum = sum * 31 + value);
      return sum;
    }
  }

  /** The variable says only Set. */
  public static final class OverSet {
    private final Set<String> names = Set.of("a", "b");

    /** The first in any order. */
    public String on() {
      return names.iterator().next();
    }
  }

  /** Hashes by identity. */
  public static final class ByIdentity {
    private final Thread.State state = Thread.State.NEW;

    /** Differs from run to run: an enum hashes by identity. */
    public long fold() {
      return state.hashCode();
    }
  }

  /** What a component may do. */
  public static final class Sorted {
    private final TreeMap<String, Long> table = new TreeMap<>();
    private final TreeSet<String> names = new TreeSet<>();
    private final HashMap<String, Long> index = new HashMap<>();

    /** A sum in the order of keys, and a look-up. */
    public long on() {
      long sum = 0;
      for (Map.Entry<String, Long> each : table.entrySet()) {
        sum = sum * 31 + each.getValue() + index.getOrDefault(each.getKey(), 0L);
      }
      for (String name : names) {
        sum += name.length();
      }
      return sum;
    }
  }

  private PlantedOrder() {}
}
