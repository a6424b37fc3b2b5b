#!/usr/bin/python3
"""Trains the digits network and writes everything the demo needs beside itself.

Data: scikit-learn's digits, 1,797 scans of handwritten digits, 8x8 pixels of 0
to 16. One fifth is held out; training never sees it.

Needs Debian's python3-torch and python3-sklearn. The results are committed, so
this runs only when the network changes:

    digits.onnx          the network: image[1,1,8,8] of pixels -> scores[1,10]
    heldout_images.u8    the held-out images, 64 bytes each
    heldout_labels.u8    what they show, one byte each
    torch_answers.u8     what PyTorch answers for them, one byte each
"""

import pathlib

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
EPOCHS = 60


class Digits(nn.Module):
    """Three convolutions and a linear layer: 10,000 weights."""

    def __init__(self):
        super().__init__()

        def block(inputs, outputs):
            return (
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            )

        self.features = nn.Sequential(
            *block(1, 12),
            *block(12, 24),
            nn.MaxPool2d(2),
            *block(24, 32),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(32 * 2 * 2, 10)

    def forward(self, image):
        logits = self.classifier(self.features(image / 16).flatten(1))
        return logits if self.training else logits.softmax(1)


def shifted(images):
    """The images, each moved by up to one pixel: digits are not centred."""
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (2,))
    return padded[:, :, dy : dy + 8, dx : dx + 8]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    images = digits.images.astype(np.uint8).reshape(-1, 1, 8, 8)
    train_x, test_x, train_y, test_y = train_test_split(
        images, digits.target, test_size=0.2, random_state=0, stratify=digits.target
    )
    x, y = torch.from_numpy(train_x).float(), torch.from_numpy(train_y)

    net = Digits()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    batches = (len(x) + 63) // 64
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 1e-2, epochs=EPOCHS, steps_per_epoch=batches
    )
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(64):
            loss = nn.functional.cross_entropy(
                net(shifted(x[batch])), y[batch], label_smoothing=0.05
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()

    net.eval()
    with torch.no_grad():
        answers = net(torch.from_numpy(test_x).float()).argmax(1).numpy()
    torch.onnx.export(
        net,
        torch.zeros(1, 1, 8, 8),
        str(HERE / "digits.onnx"),
        opset_version=13,
        input_names=["image"],
        output_names=["scores"],
    )
    test_x.tofile(HERE / "heldout_images.u8")
    test_y.astype(np.uint8).tofile(HERE / "heldout_labels.u8")
    answers.astype(np.uint8).tofile(HERE / "torch_answers.u8")
    right = int((answers == test_y).sum())
    print(
        f"{len(test_y)} held-out images, PyTorch's accuracy: "
        f"{100 * right / len(test_y):.1f} %"
    )


if __name__ == "__main__":
    main()
