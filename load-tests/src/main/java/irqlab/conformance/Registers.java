package irqlab.conformance;

import irqlab.runtime.Inspector;
import java.util.HashMap;
import java.util.Map;

/** Keeps what one component shows. */
final class Registers implements Inspector {
  private final Map<String, Long> values = new HashMap<>();
  private final Map<String, long[]> bitmaps = new HashMap<>();

  @Override
  public void value(String name, long value) {
    values.put(name, value);
  }

  @Override
  public void bits(String name, long... words) {
    bitmaps.put(name, words);
  }

  /** True when there is a register of this name. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** The register of this name. Errors: {@link IllegalStateException} when it was not shown. */
  long get(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("register=" + name + " is not shown by its component");
    }
    return value;
  }

  /** True when bit {@code index} of the bitmap is set. */
  boolean test(String name, int index) {
    return (bitmaps.get(name)[index >>> 6] & 1L << index) != 0;
  }

  /** The bitmap as an ascending list, such as {@code [65, 98]}. */
  String list(String name) {
    StringBuilder text = new StringBuilder("[");
    long[] words = bitmaps.get(name);
    for (int i = 0; i < words.length * 64; i++) {
      if ((words[i >>> 6] & 1L << i) != 0) {
        text.append(text.length() > 1 ? ", " : "").append(i);
      }
    }
    return text.append(']').toString();
  }
}
