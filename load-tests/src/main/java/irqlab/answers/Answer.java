package irqlab.answers;

/**
 * A question that was answered by a run.
 *
 * @param number from 1, as in {@code irqlab ask N}
 * @param question one sentence
 * @param text what the run showed; lines end with a line feed
 */
public record Answer(int number, String question, String text) {}
