"""Thresholds between healthy and not: every number a finding is judged by, with its reason.

Few of them are laws. Where a source is named it says so; the others are our choice, set so that well-trained networks
on digits, iris and breast_cancer draw no finding, and each fault's own example in the tests does.
"""

# -- how much is examined ----------------------------------------------------------------------------------------------
MOST_ROWS = 10_000  # a share measured on a sample so large is right to about a percent, whatever the size of the data
MOST_CELLS = 5_000_000  # rows times the widest layer: 40 MB in float64 for the widest array of the forward pass
ENOUGH_ROWS = 30  # a healthy relu unit rests on about half the rows; on 30 in a row by chance once in a billion

# -- the curve of the cost -------------------------------------------------------------------------------------------
WINDOW = 10  # epochs, at most, that are averaged on each side of a comparison; scikit-learn's n_iter_no_change
STILL_FALLING = 0.01  # of the present cost over one window; below it, as many epochs again change little
FALLING_FAST = 0.05  # likewise: here more epochs are sure to pay
NEAR_ZERO = 0.02  # of the first cost: changes of a cost smaller than this are measured against this instead
ROSE = 0.2  # so far above the lowest is more than the noise of mini-batches, in means over a window
NOISE = 0.1  # of the first cost: a cost below this may jump about by its own size, as it does near perfection
OSCILLATION = 0.1  # of the cost: how far it jumps up, the median over the epochs in which it rises
OFTEN = 0.25  # of the epochs rise: below, the cost still falls for the most part
ENOUGH_EPOCHS = 8  # to speak of oscillation at all
HARDLY_CHANGED = 0.02  # of the first cost in a whole training
SOME_EPOCHS = 3  # before it is said that the cost hardly changed
LEARNED = 0.9  # of a constant guess's cost: a network below it has learned, though its cost may stand still

# -- overfitting -----------------------------------------------------------------------------------------------------
VALIDATION_ROSE = 0.1  # above its lowest, in means over a window; Prechelt 1998 (Early stopping - but when?) has 5 %
VALIDATION_ROSE_FAR = 0.5  # likewise: here the last epoch's parameters are clearly the wrong ones

# -- units -----------------------------------------------------------------------------------------------------------
DEAD_DERIVATIVE = 1e-6  # 0 for relu; the smooth ones (gelu, silu, elu) reach 0 only in the limit
SATURATED_DERIVATIVE = 0.01  # of the steepest: sigmoid beyond |z| = 6, tanh beyond |z| = 3
SATURATED_ROWS = 0.95  # of the rows
SOME_UNITS = 0.2  # of a layer: fewer are an ordinary by-product of training, and of penalties that need no more
MANY_UNITS = 0.4  # of a layer; Lu et al. 2019 (arXiv 1903.06733) and CS231n's notes call 40 % a learning rate too high

# -- gradients by layer ----------------------------------------------------------------------------------------------
VANISHED = 1e-3  # of dJ/dscores reaches a layer; Glorot, Bengio 2010 keep this ratio near 1
EXPLODED = 1e3

# -- inputs and targets ----------------------------------------------------------------------------------------------
APART = 100.0  # the scales of two inputs; the cost's curvature then differs 10,000-fold (LeCun et al. 1998, 4.3)
LARGE_SCALE = 10.0  # root mean square; beyond, sigmoid and tanh saturate at the weights all initializers draw
VERY_LARGE_SCALE = 100.0
SMALL_INPUT = 0.1  # root mean square of the values that are not 0, so that rare indicators do not count as small
CENTERED = 2.0  # root mean square: up to it a mean does no harm, as that of an indicator that is nearly always 1
OFF_CENTER = 10.0  # |mean| / deviation: the input is mostly a constant, and acts as a second bias
MANY_CONSTANT = 0.2  # of the inputs; fewer do no harm (digits has 3 of 64)
SMALL_TARGET = 0.01  # its squared error is below scikit-learn's tol of 1e-4 from the start

# -- classes ---------------------------------------------------------------------------------------------------------
IMBALANCED = 10.0  # rows of the most frequent class for each of the rarest
VERY_IMBALANCED = 50.0

# -- leakage ---------------------------------------------------------------------------------------------------------
LEAK = 0.02  # of a constant guess's error is left by one input alone; the best of iris leaves 8 %, and is honest
LEAK_ROWS = 2000  # enough to tell 2 % from 8 %
LEAK_COLUMNS = 200  # sorted each

# -- answers ---------------------------------------------------------------------------------------------------------
ONE_ANSWER = 0.95  # of the rows get the same class
USUAL_CLASS = 0.9  # of the rows have it in truth: above, one answer for nearly all is what the data say
OTHER_ANSWERS = 0.25  # of the rows that have other classes get one: above, these are recognized to some degree
ONE_NUMBER = 0.1  # of the target's deviation is that of the predictions: these explain a hundredth of its variance

# -- of a training that just ended -----------------------------------------------------------------------------------
TRAINING_ROWS = 500  # are examined for the text of a warning, so that it costs little compared with the training
TRAINING_WORK = 0.05  # of the training's rows times passes: as many may be looked at, a backward pass being two
FREE_WORK = 3e8  # rows times parameters that may be looked at after any training: a fraction of a second
TRAINING_SECONDS = 0.5  # after which no further check runs
TRAINING_SHARE = 0.03  # of its seconds, after which no slow check runs if it did not diverge
SLOW_SECONDS = 0.002  # what slow checks take at the least: a share below it is not begun
