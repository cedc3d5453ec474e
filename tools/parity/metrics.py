"""Writes libs/nn/src/metrics/parity.json: what scikit-learn says of made-up answers, for the tests of our metrics.

Usage: python metrics.py > libs/nn/src/metrics/parity.json   (pip install scikit-learn==1.9.1 numpy==2.4.6)

Outputs are multiples of 1/64, which float32 holds, and some of them equal: scikit-learn knows no row without a prediction, so such a
row is given to it as of class -1, which is not among the labels.
"""

import json
import warnings

import numpy
import sklearn
from sklearn import metrics as sk

warnings.simplefilter("ignore")
rng = numpy.random.default_rng(20260101)


def answers(rows, width, of=None, spread=60):
    """Outputs, and classes drawn from `of`, which the outputs know something of."""
    classes = rng.choice(of or range(max(width, 2)), rows)
    outputs = rng.integers(-spread, spread, (rows, width)) / 64
    for row, c in enumerate(classes):
        outputs[row, c % width] += (0.5 if width > 1 or c == 1 else -0.5) * (rng.random() < 0.7)
    return outputs, classes


def predictions(outputs, threshold):
    """The class of the only largest output, or -1."""
    if outputs.shape[1] == 1:
        return (numpy.sign(outputs[:, 0] - threshold).astype(int) + 1) // 2 - (outputs[:, 0] == threshold)
    best = outputs.max(axis=1, keepdims=True)
    return numpy.where((outputs == best).sum(axis=1) == 1, outputs.argmax(axis=1), -1)


def areas(outputs, classes, weights):
    """Of each class against the rest, where both are there."""
    found = [
        (sk.roc_auc_score(classes == c, outputs[:, c]), (classes == c).sum() if weights else 1)
        for c in range(outputs.shape[1])
        if 0 < (classes == c).sum() < len(classes)
    ]
    return sum(a * n for a, n in found) / sum(n for _, n in found)


def classified(name, outputs, classes, threshold=0.5):
    width = outputs.shape[1]
    every = list(range(max(width, 2)))
    predicted = predictions(outputs, threshold)
    there = sorted((set(classes) | set(predicted)) - {-1})
    values = [({"type": "accuracy"}, sk.accuracy_score(classes, predicted))]
    matrix = sk.confusion_matrix(classes, numpy.where(predicted < 0, len(every), predicted), labels=[*every, len(every)])
    values.append(({"type": "confusion-matrix"}, matrix[:-1].tolist()))
    by_class = sk.precision_recall_fscore_support(classes, predicted, labels=every)
    values.append(({"type": "class-report"}, numpy.array(by_class).T.tolist()))
    for average in ("macro", "micro", "weighted"):
        scores = sk.precision_recall_fscore_support(classes, predicted, labels=there, average=average)
        for kind, score in zip(("precision", "recall", "f1"), scores):
            values.append(({"type": kind, "average": average}, score))
    if width > 2:
        for average in ("macro", "weighted"):
            values.append(({"type": "roc-auc", "average": average}, areas(outputs, classes, average == "weighted")))
        for k in (2, 3):
            # scikit-learn gives equal outputs to the last of them: only where there are none.
            if all(len(set(row)) == width for row in outputs):
                values.append(({"type": "top-k", "k": k}, sk.top_k_accuracy_score(classes, outputs, k=k, labels=every)))
    else:
        scores = outputs[:, 0] if width == 1 else outputs[:, 1] - outputs[:, 0]
        values.append(({"type": "roc-auc"}, sk.roc_auc_score(classes, scores)))
    return case(name, outputs, {"classes": classes.tolist(), "threshold": threshold}, values)


def regressed(name, outputs, targets):
    values = [
        ({"type": "mae"}, sk.mean_absolute_error(targets, outputs)),
        ({"type": "rmse"}, sk.root_mean_squared_error(targets, outputs)),
        ({"type": "r2"}, sk.r2_score(targets, outputs)),
    ]
    return case(name, outputs, {"values": targets.tolist()}, values)


def labelled(name, outputs, labels, threshold):
    """Several labels a row, each of which is true of it or not; no output lies at the threshold."""
    said = (outputs > threshold).astype(int)
    values = [
        ({"type": "accuracy"}, sk.accuracy_score(labels, said)),
        ({"type": "binary-accuracy"}, 1 - sk.hamming_loss(labels, said)),
    ]
    by_label = sk.precision_recall_fscore_support(labels, said, zero_division=0)
    values.append(({"type": "class-report"}, numpy.array(by_label).T.tolist()))
    for average in ("macro", "micro", "weighted"):
        scores = sk.precision_recall_fscore_support(labels, said, average=average, zero_division=0)
        for kind, score in zip(("precision", "recall", "f1"), scores):
            values.append(({"type": kind, "average": average}, score))
    some = [j for j in range(labels.shape[1]) if 0 < labels[:, j].sum() < len(labels)]
    for average in ("macro", "weighted"):
        values.append(({"type": "roc-auc", "average": average}, sk.roc_auc_score(labels[:, some], outputs[:, some], average=average)))
    return case(name, outputs, {"labels": labels.tolist(), "threshold": threshold}, values)


def case(name, outputs, targets, values):
    expected = [{"metric": metric, "value": value} for metric, value in values]
    return {"name": name, "outputs": outputs.tolist(), **targets, "expected": expected}


def distinct(outputs):
    """With no two outputs of a row equal."""
    return outputs + numpy.arange(outputs.shape[1]) / 1024


few, classes_of_few = answers(40, 4)
wide = answers(60, 10, of=[0, 1, 2, 5, 9])
noise = rng.integers(-100, 100, (50, 3)) / 64
CASES = [
    classified("four classes", distinct(few), classes_of_few),
    classified("ten classes, of which five are there", distinct(wide[0]), wide[1]),
    classified("outputs that are often equal", *answers(50, 3, spread=3)),
    classified("two outputs", *answers(40, 2, spread=20)),
    classified("an only output around 0.5", *answers(40, 1, spread=40)),
    classified("an only output around 0", *answers(40, 1, spread=10), threshold=0),
    classified("one row of a rare class", distinct(rng.integers(-60, 60, (30, 3)) / 64), numpy.array([2] + 29 * [0])),
    regressed("three values", noise + rng.integers(-9, 9, (50, 3)) / 64, noise),
    regressed("values far from zero", noise + 4096 + rng.integers(-9, 9, (50, 3)) / 64, noise + 4096),
    regressed("targets that are all equal, and outputs that are not", noise[:, :1], numpy.full((50, 1), 0.25)),
    regressed("targets that are all equal, and outputs too", numpy.full((9, 2), 0.25), numpy.full((9, 2), 0.25)),
]

marks = (rng.random((40, 5)) < [0.5, 0.2, 0.7, 0, 0.4]).astype(int)
CASES += [
    labelled("labels, one of which is true of no row", marks - 0.5 + rng.integers(-50, 50, (40, 5)) / 64 + 1 / 1024, marks, 0),
    labelled("two labels around 0.5", marks[:, :2] + rng.integers(-40, 40, (40, 2)) / 64 + 1 / 1024, marks[:, :2], 0.5),
]

print(
    json.dumps(
        {"source": f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}", "cases": CASES},
    )
)
