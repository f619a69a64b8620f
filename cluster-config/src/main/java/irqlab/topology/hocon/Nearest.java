package irqlab.topology.hocon;

import java.util.Collection;

/** Finds the name that was probably meant. */
public final class Nearest {
  private static final int LENGTH_MAX = 64;

  private Nearest() {}

  /**
   * The nearest of some names, by Levenshtein distance; of equals the first.
   *
   * @return empty when none is near: more than two letters and more than a third of the name differ
   */
  public static String to(String typed, Collection<String> names) {
    String best = "";
    int limit = Math.max(2, typed.length() / 3) + 1;
    if (typed.length() > LENGTH_MAX) {
      return best;
    }
    for (String name : names) {
      int distance = distance(typed, name);
      if (distance < limit && distance < Math.max(typed.length(), name.length())) {
        limit = distance;
        best = name;
      }
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        corner = row[j];
        row[j] = Math.min(swap, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
