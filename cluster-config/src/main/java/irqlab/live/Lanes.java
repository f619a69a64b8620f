package irqlab.live;

import java.util.IdentityHashMap;
import java.util.Map;

/** Numbers for the ports and buses of one component, in the order of first use. One owner. */
final class Lanes {
  private final Map<Object, Integer> numbers = new IdentityHashMap<>();

  int of(Object link) {
    Integer number = numbers.get(link);
    if (number == null) {
      number = numbers.size();
      numbers.put(link, number);
    }
    return number;
  }
}
