package irqlab.windowed;

import irqlab.runtime.RemoteEvent;
import java.util.List;

/**
 * What one group tells another in one window, exactly one for each peer and window.
 *
 * @param epoch counts restarts; a frame of another epoch is dropped
 * @param window its number, from 1
 * @param from the group that sends it
 * @param nextPs the earliest time at which this group, or what it sends here or elsewhere, can do
 *     something; Long.MAX_VALUE for never
 * @param batch events for the receiving group, all of them after the window's bound
 */
record Frame(int epoch, long window, int from, long nextPs, List<RemoteEvent> batch) {}
