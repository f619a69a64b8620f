package irqlab.answers;

import irqlab.runtime.Inspector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one component showed at one moment. */
public final class Shown implements Inspector {
  private final Map<String, Long> values = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, long[]> bitmaps = new LinkedHashMap<>();

  Shown() {}

  @Override
  public void value(String name, long value) {
    values.put(name, value);
  }

  @Override
  public void text(String name, String text) {
    texts.put(name, text);
  }

  @Override
  public void bits(String name, long... words) {
    bitmaps.put(name, words.clone());
  }

  /** A register. Errors: {@link IllegalArgumentException} when the component has none so named. */
  public long value(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("register=" + name + " is not among " + values.keySet());
    }
    return value;
  }

  /** A text; empty when there is none. */
  public String text(String name) {
    return texts.getOrDefault(name, "");
  }

  /** The bits that are set in a bitmap, ascending; none when there is no such bitmap. */
  public List<Integer> bits(String name) {
    List<Integer> set = new ArrayList<>();
    long[] words = bitmaps.getOrDefault(name, new long[0]);
    for (int i = 0; i < words.length * Long.SIZE; i++) {
      if ((words[i >>> 6] & 1L << i) != 0) {
        set.add(i);
      }
    }
    return set;
  }
}
